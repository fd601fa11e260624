"""Messages about paying institutions: declarations (Y1), tables (Y2), clearing (Y3), open clearing (Y4)."""

from __future__ import annotations

from tongchou.ground.entry import Entry

MESSAGES: dict[str, Entry] = {
    "Y101": Entry("这里没有 {file}", "there is no {file} here", "给出清算规则所在的文件夹", "name the folder that holds it"),
    "Y103": Entry("所规定的清算年度是 {years},没有指明其中一年", "the years that are declared for clearing are {years}; none of them is meant", "指明其中的一个年度", "name one of these years"),
    "Y104": Entry(
        "“{address}”在 {year} 年之中开始或结束",
        "'{address}' begins or ends within {year}",
        "清算按整年进行:写明自一月一日起、至十二月三十一日止",
        "a year is cleared as a whole: let it begin on 1 January or end on 31 December",
    ),
    "Y106": Entry("没有规定“{address}”", "'{address}' is not declared", "在清算规则中写明,并注明出处", "declare it, with its citation"),
    "Y107": Entry(
        "规则的校验码是 {found},文件中写的是 {said}",
        "the rules have the hash {found}; the file says {said}",
        "规则被改动过:向经办机构重新索取",
        "the rules were changed: ask the agency for them again",
    ),
    "Y108": Entry(
        "这不是公布的清算规则",
        "this is no published declaration of clearing",
        "给出 clear run 或 publish 写出的 rules.json,或清算规则的文件夹",
        "name rules.json as clear run or publish wrote it, or the folder of a declaration",
    ),
    "Y110": Entry(
        "这里没有可用的数:{value}({words})",
        "there is no figure here: {value_en} ({words})",
        "补上这一格",
        "add the cell",
    ),
    "Y111": Entry(
        "系数“{value}”不是费用比值的一次式",
        "the factor '{value}' is no straight line over the cost ratio",
        "写成 1、ratio 或 ratio - 1 这样的式子",
        "write 1, ratio, ratio - 1 or the like",
    ),
    "Y112": Entry(
        "“{value}”的分段边界不全",
        "the bands of '{value}' do not meet",
        "除最后一段外,每段写一个 below 或 upto;最后一段不写",
        "give every band but the last one end (below or upto), and the last none",
    ),
    "Y113": Entry(
        "factor 和 at_most 只在按病组付费时写",
        "factor and at_most go with being paid by group",
        "按病组付费写 factor,其余不写",
        "write factor where the group pays, and nowhere else",
    ),
    "Y114": Entry("系数的构成与 combine 不符", "the parts do not fit combine", "given 不写 parts,其余写", "given has no parts, the others have"),
    "Y115": Entry("fixed 只在 form 为 fixed 时写,past 只在 form 为 budget 时写", "fixed goes with the form fixed, past with budget", "补齐或删去", "add it or delete it"),
    "Y116": Entry(
        "分段边界没有递增:{value}", "the ends of the bands do not rise: {value}", "由小到大排列", "put them in rising order"
    ),
    "Y117": Entry(
        "没有写什么样的结算是“{value}”",
        "nothing says when a settlement is '{value}'",
        "写 kinds、diagnoses、procedures、facts、package、signed 中至少一项",
        "write at least one of kinds, diagnoses, procedures, facts, package, signed",
    ),
    "Y201": Entry("缺少表 {table}", "the table {table} is missing", "放入 {table}.csv 或 {table}.parquet", "add {table}.csv or {table}.parquet"),
    "Y202": Entry("表 {table} 缺少列 {column}", "{table} lacks the column {column}", "补上该列", "add it"),
    "Y203": Entry(
        "{column} 的值“{value}”读不懂", "the value '{value}' of {column} cannot be read", "写成 {known}", "write {known_en}"
    ),
    "Y204": Entry("“{value}”出现两次", "'{value}' occurs twice", "只留一行", "keep one row"),
    "Y205": Entry("“{value}”不在表 {table} 中", "'{value}' is not in {table}", "先在 {table} 中列出", "list it in {table} first"),
    "Y206": Entry(
        "“{value}”的总费用不等于基金、个人与其他支付之和",
        "the total fee of '{value}' is not what the fund, the person and others paid",
        "核对结算记录",
        "check the settlement",
    ),
    "Y207": Entry("{column} 是空的", "{column} is empty", "写成 {known}", "write {known_en}"),
    "Y208": Entry(
        "{column} 的值 {value} 是负数或太大", "{value} of {column} is negative or too large", "写 0 至 {most};冲正用 reversed 标明", "write 0 to {most}; a reversal is marked by `reversed`"
    ),
    "Y209": Entry(
        "{file} 读不了:{reason}",
        "{file} cannot be read: {reason_en}",
        "放入 UTF-8 的 CSV,或完整的 Parquet",
        "give CSV in UTF-8, or a whole Parquet file",
    ),
    "Y210": Entry(
        "“{value}”不是这张表的付费方式", "'{value}' is no method of this table", "写 {known} 之一", "write one of {known}"
    ),
    "Y211": Entry("{table} 的列 {column} 出现两次", "{table} has the column {column} twice", "只留一列", "keep one of them"),
    "Y212": Entry("“{value}”不是月份", "'{value}' is no month", "写成 2026-03", "write 2026-03"),
    "Y213": Entry(
        "签约月份 {value} 不在清算年度 {year} 之内",
        "{value}, for which persons are signed, is not within {year}",
        "只写清算年度内的月份",
        "give the months of the year that is cleared",
    ),
    "Y302": Entry(
        "{status} 的病例没有规定如何支付,例如“{value}”",
        "how cases of {status} are paid is not declared, such as '{value}'",
        "写明 path.{status}",
        "declare path.{status}",
    ),
    "Y303": Entry("“{value}”没有可比的均费", "'{value}' has no mean to compare with", "补上 reference_mean", "give its reference_mean"),
    "Y304": Entry("没有 {pot} 的预算", "there is no budget for {pot}", "在 budget 表中补上", "add it to the budget"),
    "Y305": Entry(
        "{pot} 有病例,可用基金却只有 {amount} 元",
        "{pot} has cases and {amount} yuan to pay them",
        "核对预算和按实支付的金额",
        "check the budget and what is paid at cost",
    ),
    "Y306": Entry(
        "“{value}”的特例单议有 {cases} 例,最多 {limit} 例",
        "'{value}' has {cases} special cases; at most {limit} are allowed",
        "减少批准的病例",
        "approve fewer",
    ),
    "Y307": Entry("“{value}”没有 {column}", "'{value}' has no {column}", "补上", "add it"),
    "Y308": Entry(
        "{setting} 由多种方式分用余额:{value}",
        "several methods share the rest of {setting}: {value}",
        "其余各种写入 first,或给一个份额",
        "name the others under first, or give them shares",
    ),
    "Y309": Entry(
        "{method} 按月或按参保地定点值,{setting} 的其他方式就要各有份额",
        "{method} has prices by month or place, so the other methods of {setting} need shares of their own",
        "在 split.{setting} 中写明份额",
        "give them shares in split.{setting}",
    ),
    "Y401": Entry("{folder} 不是一次清算的结果", "{folder} is no result of a clearing", "给出 clear run 或 publish 写出的文件夹", "name a folder that clear run or publish wrote"),
    "Y404": Entry(
        "机构编号“{value}”不能作文件夹名",
        "the institution '{value}' cannot be the name of a folder",
        "编号中不用 / 和 \\,也不单用 . 或 ..",
        "do without / and \\, and . or .. alone",
    ),
    "Y402": Entry("没有结算“{value}”", "there is no settlement '{value}'", "核对编号", "check its id"),
    "Y403": Entry("读不懂改动“{value}”", "the change '{value}' cannot be read", "写成 结算编号.列=值", "write SETTLEMENT.COLUMN=VALUE"),
}  # fmt: skip
