"""Messages about grouping schemes (D1, W4), the records that are grouped (D2), and published workbooks (D4)."""

from __future__ import annotations

from tongchou.ground.entry import Entry

MESSAGES: dict[str, Entry] = {
    "D101": Entry(
        "{folder} 不是分组方案文件夹：没有 scheme.toml",
        "{folder} is no folder of a grouping scheme: it has no scheme.toml",
        "给出方案文件夹的路径",
        "name the folder of a scheme",
    ),
    "D102": Entry(
        "{key} 不能写成 {value}",
        "{key} cannot be {value}",
        "写 {known}",
        "write {known}",
    ),
    "D103": Entry(
        "分组方案缺少 {table}",
        "the scheme lacks {table}",
        "补上该表，或在 scheme.toml 中用 base 指明所依据的方案",
        "add the table, or name the scheme it builds on as base in scheme.toml",
    ),
    "D104": Entry(
        "{table} 的表头应为 {columns}",
        "the header of {table} must be {columns}",
        "改正表头",
        "correct the header",
    ),
    "D105": Entry(
        "读不懂条件“{text}”",
        "the condition '{text}' cannot be read",
        "只用手册所列的条件，以“ & ”连接",
        "use only the conditions listed in the manual, joined by ' & '",
    ),
    "D106": Entry(
        "{column} 不能是“{value}”",
        "{column} cannot be '{value}'",
        "写 {known}",
        "write {known}",
    ),
    "D107": Entry(
        "没有 {column}“{value}”",
        "there is no {column} '{value}'",
        "先在 {table} 中列出",
        "list it in {table} first",
    ),
    "D108": Entry(
        "no_drg 在一个方案内必须一致",
        "no_drg must be the same throughout a scheme",
        "全部写 adrg，或全部写 next",
        "write adrg everywhere, or next",
    ),
    "D109": Entry(
        "文件无法读取：{reason}",
        "the file cannot be read: {reason_en}",
        "检查文件是否完整、是否为 UTF-8",
        "see that the file is complete and UTF-8",
    ),
    "D110": Entry(
        "所依据的方案 {base} 不在 {folder}，或循环引用",
        "the base scheme {base} is not in {folder}, or builds on itself",
        "把它放在同一文件夹下，去掉循环",
        "put it beside this one, and break the circle",
    ),
    "D111": Entry(
        "要删除的行不在所依据的方案中",
        "the row to remove is not in the base scheme",
        "与所依据方案的那一行写得一致",
        "write it as the base scheme has it",
    ),
    "D112": Entry(
        "{value} 同一级别、同一生效日有两个权重",
        "{value} has two weights for one level and one day",
        "留一个",
        "keep one",
    ),
    "D113": Entry(
        "方案没有权重表",
        "the scheme has no weights",
        "加上 drg_weight.csv，或不用 --weights",
        "add drg_weight.csv, or do without --weights",
    ),
    "D131": Entry(
        "{file} 不是权重测算的申报",
        "{file} is no declaration of how weights are measured",
        "给出 weights.yaml 或它所在的文件夹",
        "name weights.yaml or its folder",
    ),
    "D141": Entry(
        "“{value}”这项选择没有写出处",
        "nothing says where the choice of {value} is from",
        "在 cites 下写它出自哪一条，或写明是读法",
        "cite its provision under cites, or say there that it is a reading",
    ),
    "D151": Entry(
        "给定的权重已占满全部 {cases} 例，其余病组没有可分的",
        "the weights that are given take up all {cases} cases, and leave nothing for the other groups",
        "核对给定的权重，或不按病例数归一",
        "check the weights that are given, or scale them otherwise",
    ),
    "D161": Entry(
        "基准病组 {value} 没有由病例得出的均费",
        "the benchmark {value} has no mean of cases",
        "换一个病例足够的病组",
        "name a group with cases enough",
    ),
    "D201": Entry(
        "病案表缺少列 {name}",
        "the records lack the column {name}",
        "补上该列；需要的列：{known}",
        "add it; the columns needed are {known}",
    ),
    "D202": Entry(
        "{name} 不能是“{value}”",
        "{name} cannot be '{value}'",
        "写 {known}",
        "write {known}",
    ),
    "D203": Entry("没有主要诊断", "there is no principal diagnosis", "补填主要诊断", "fill in the principal diagnosis"),
    "D204": Entry(
        "病案表无法读取：{reason}",
        "the records cannot be read: {reason_en}",
        "检查文件是否为 UTF-8 的 CSV 或 Parquet",
        "see that the file is CSV in UTF-8, or Parquet",
    ),
    "D206": Entry("没有 index 为“{value}”的病案", "no record has the index '{value}'", "核对编号", "check the index"),
    "D210": Entry(
        "年龄 {age} 岁与 {days} 天不符",
        "{age} years and {days} days do not agree",
        "核对出生日期",
        "check the day of birth",
    ),
    "D211": Entry(
        "{age} 岁的病人填了出生体重",
        "a patient of {age} years has a birth weight",
        "只有新生儿填体重",
        "only newborns have one",
    ),
    "D212": Entry(
        "方案的各表中没有编码“{value}”",
        "no table of the scheme has the code '{value}'",
        "核对编码版本，或先用对照表转换",
        "check the edition of the codes, or map them first",
    ),
    "D213": Entry("编码“{value}”重复", "the code '{value}' occurs twice", "只填一次", "fill it in once"),
    "D214": Entry(
        "主要诊断“{value}”只见于{sex}性",
        "the principal diagnosis '{value}' belongs to the other sex ({sex})",
        "核对性别和主要诊断",
        "check sex and principal diagnosis",
    ),
    "D402": Entry(
        "没有认出 {table} 的工作表",
        "no sheet was taken for {table}",
        "看预览里各表认成了什么；列名不同时用 --headers 补上写法",
        "see in the preview what each sheet was taken for; add other column names with --headers",
    ),
    "D403": Entry(
        "“{value}”不是这一列的编码", "'{value}' is no code of this column", "写成 {known} 这样", "write such as {known}"
    ),
    "D404": Entry("这一格不能空", "this cell must not be empty", "补上，或删去这一行", "fill it in, or delete the row"),
    "D405": Entry(
        "读不懂条件“{value}”，或同一组写了两种",
        "the condition '{value}' cannot be read, or a group has two",
        "只用手册所列的条件",
        "use only the conditions listed in the manual",
    ),
    "D406": Entry(
        "核心组 {value} 没有诊断、手术列表，也没有条件",
        "the ADRG {value} has no diagnoses, no operations and no condition",
        "补上列表，或写明入组条件",
        "add its lists, or write its condition",
    ),
    "D407": Entry("{value} 的权重写了两次", "the weight of {value} stands twice", "留一个", "keep one"),
    "D408": Entry(
        "{value} 写在两张排除表：{one} 和 {other}",
        "{value} stands in two exclusion tables: {one} and {other}",
        "留一个",
        "keep one",
    ),
    "W401": Entry(
        "{drg} 的条件轮不到：前面 {before} 的“{text}”总是先成立",
        "the rule of {drg} never has its turn: '{text}' of {before} before it holds first",
        "调整次序，或删去",
        "change the order, or remove it",
    ),
    "W402": Entry(
        "没有病案能进入 {drg}",
        "no record can reach {drg}",
        "补上规则和编码，或删去该组",
        "complete its rules and lists, or remove it",
    ),
    "W403": Entry(
        "{node} 所问的 {text} 是空的，永远进不去",
        "{node} asks for {text}, which is empty or never matches",
        "补上编码",
        "add the codes",
    ),
    "W404": Entry(
        "{node} 的诊断 {code} 不在 MDC{mdc} 中，永远不会用到",
        "the diagnosis {code} of {node} is not in MDC{mdc} and never matches",
        "加入该 MDC，或从该组删去",
        "add it to the MDC, or take it from the node",
    ),
    "W405": Entry(
        "{node} 的手术 {code} 不在有效手术之列",
        "the operation {code} of {node} is not a valid operation",
        "核对 valid_proc.csv",
        "check valid_proc.csv",
    ),
    "W406": Entry("{code} 既是 MCC 又是 CC", "{code} is both MCC and CC", "只留一处", "keep one"),
    "W407": Entry(
        "诊断 {code} 在 MDC{mdc} 和 MDC{other} 中都有，按次序只用前面的",
        "the diagnosis {code} is in MDC{mdc} and in MDC{other}; their order decides",
        "确认是有意的",
        "make sure that this is meant",
    ),
    "W408": Entry("编码表中没有 {code}", "no code table has {code}", "核对编码版本", "check the edition of the codes"),
    "W409": Entry("此行重复", "this row stands twice", "删去一行", "remove one"),
    "W410": Entry(
        "{node} 轮不到：它的病案都先进了 {before}",
        "{node} never has its turn: {before} takes all its records",
        "调整次序，或改写条件",
        "change the order or the conditions",
    ),
}
