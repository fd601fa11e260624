"""Messages about DIP: declarations (D30, D31), discharges (D32), catalogues (D33)."""

from __future__ import annotations

from tongchou.ground.entry import Entry

MESSAGES: dict[str, Entry] = {
    "D301": Entry(
        "{file} 不是 DIP 申报",
        "{file} is no DIP declaration",
        "给出 dip.yaml 或它所在的文件夹",
        "name dip.yaml or its folder",
    ),
    "D302": Entry(
        "“{value}”是浮点写法",
        "'{value}' is written as a float",
        "写 50%、2.5% 或 3/2",
        "write 50%, 2.5% or 3/2",
    ),
    "D303": Entry("不能写成“{value}”", "it cannot be '{value}'", "写成 {known} 这样", "write such as {known}"),
    "D304": Entry(
        "两端不成区间",
        "the ends make no range",
        "下端只写 at_least 或 above，上端只写 at_most 或 under；下端不大于上端",
        "one of at_least and above, one of at_most and under; the lower end not above the upper",
    ),
    "D305": Entry(
        "这里恰写一种做法",
        "exactly one way is declared here",
        "留下一种，写全它的各项",
        "keep one, with all that belongs to it",
    ),
    "D306": Entry("没有“{value}”", "there is no '{value}'", "可用：{known}", "there are: {known}"),
    "D307": Entry(
        "年份 {years} 个，权重 {weights} 个，或年份没有由远到近写",
        "{years} years and {weights} weights, or the years do not rise",
        "由远到近写年份，每年一个权重",
        "write the years from the oldest on, with a weight each",
    ),
    "D308": Entry(
        "用到 {key}，却没有申报表 {table}",
        "{key} is asked for, but no table {table} is declared",
        "在 tables 下写出该表，或不用这一条件",
        "name the table under tables, or do without the condition",
    ),
    "D309": Entry("{column} 不能是“{value}”", "{column} cannot be '{value}'", "写 {known}", "write {known}"),
    "D310": Entry(
        "表读不了：{reason}",
        "the table cannot be read: {reason_en}",
        "检查路径和编码（UTF-8）",
        "check path and encoding (UTF-8)",
    ),
    "D311": Entry(
        "{table} 的表头应为 {columns}",
        "the columns of {table} must be {columns}",
        "改正表头和各行",
        "correct header and rows",
    ),
    "D312": Entry(
        "手术分类表没有兜底的一行",
        "the table of operation classes has no row for all others",
        "加一行，operation 留空",
        "add a row with an empty operation",
    ),
    "D313": Entry("“{value}”写了两次", "'{value}' stands twice", "留一个", "keep one"),
    "D314": Entry(
        "cites 里的“{value}”没有这项设置",
        "cites names '{value}', which is no setting",
        "写设置的路径",
        "write the path of a setting",
    ),
    "D316": Entry(
        "表“{value}”在 {folder} 以外",
        "the table '{value}' lies outside {folder}",
        "把表放进地区的文件夹",
        "put the table into the region's folder",
    ),
    "D315": Entry(
        "先期分组还不知道病例属于哪一组，不能问 {key}",
        "a group before the catalogue cannot ask for {key}: which group a case is in is not known yet",
        "写进辅助目录，或换一个条件",
        "ask in an auxiliary catalogue, or use another condition",
    ),
    "D321": Entry("缺少列 {name}", "the column {name} is missing", "要有：{known}", "there must be: {known}"),
    "D322": Entry("“{value}”不能用作 {name}", "'{value}' is no {name}", "改正这一行", "correct the row"),
    "D323": Entry(
        "病例编号“{value}”不止一行", "the discharge '{value}' has more than one row", "一例一行", "one row for each"
    ),
    "D324": Entry(
        "病例文件读不了：{reason}",
        "the discharges cannot be read: {reason_en}",
        "给出 Parquet 或 UTF-8 的 CSV",
        "give Parquet, or CSV in UTF-8",
    ),
    "D325": Entry(
        "这些文件里没有申报年份（{years}）的病例",
        "these files hold no discharge of the declared years ({years})",
        "核对年份和文件",
        "check years and files",
    ),
    "D326": Entry(
        "用到 {name}，病例中没有这一列",
        "{name} is asked for, but the discharges have no such column",
        "补上该列，或不用这一条件",
        "add the column, or do without the condition",
    ),
    "D327": Entry(
        "{folder} 里没有 discharges.parquet 或 discharges.csv",
        "{folder} holds no discharges.parquet or discharges.csv",
        "给出文件夹或文件",
        "name a folder or files",
    ),
    "D328": Entry("没有病例“{value}”", "there is no discharge '{value}'", "核对编号", "check the id"),
    "D329": Entry("{name} 列有两列", "the column {name} stands twice", "只留一列", "keep one of them"),
    "D330": Entry(
        "{name} 列的内容是 {type},不是文字或数",
        "the column {name} holds {type}, neither texts nor numbers",
        "写成文字;诊断和手术可以写成文字的列表",
        "write texts; diagnoses and procedures may be lists of texts",
    ),
    "D331": Entry(
        "{path} 不是 DIP 目录",
        "{path} is no DIP catalogue",
        "给出 tongchou dip build 所写的文件夹",
        "name a folder that tongchou dip build wrote",
    ),
    "D332": Entry(
        "目录的 {column} 不能是“{value}”",
        "the catalogue's {column} cannot be '{value}'",
        "改正目录，或重新生成",
        "correct the catalogue, or build it again",
    ),
    "D333": Entry(
        "基准病种“{value}”不在目录中",
        "the benchmark group '{value}' is not in the catalogue",
        "写目录中的组",
        "name a group of the catalogue",
    ),
    "D334": Entry(
        "目录的内容与其摘要不符",
        "the content of the catalogue differs from its hash",
        "用原来的文件，或重新生成",
        "use the original files, or build it again",
    ),
    "D335": Entry(
        "病例没有 {column} 一列，算不出“{value}”的分值",
        "the discharges have no column {column}, so '{value}' cannot have points of its own",
        "补上这一列（分），或从 separate 里去掉",
        "add the column (fen), or take it out of separate",
    ),
}
