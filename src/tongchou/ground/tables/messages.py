"""Messages about tables. T10x and T11x: a file as a whole; T12x and T13x: a cell or row by itself; T14x on: rows together."""

from __future__ import annotations

from tongchou.ground.entry import Entry

MESSAGES: dict[str, Entry] = {
    "T101": Entry(
        "{folder} 不是可读的文件夹",
        "{folder} is not a folder that can be read",
        "给出存放各表的文件夹",
        "name the folder that holds the tables",
    ),
    "T102": Entry(
        "文件无法读取：{reason}",
        "the file cannot be read: {reason_en}",
        "检查文件是否完整、格式是否与扩展名一致",
        "see that the file is complete and of the format its name says",
    ),
    "T103": Entry(
        "第 {line} 行不是 UTF-8 文字（第 {byte} 字节）",
        "line {line} is not UTF-8 text (byte {byte})",
        "另存为 UTF-8",
        "save the file as UTF-8",
    ),
    "T104": Entry(
        "第 {line} 行不是 UTF-8 文字，看来是 GB18030（GBK）",
        "line {line} is not UTF-8 text; it looks like GB18030 (GBK)",
        "另存为 UTF-8，例如 iconv -f GB18030 -t UTF-8",
        "save the file as UTF-8, e.g. iconv -f GB18030 -t UTF-8",
    ),
    "T105": Entry(
        "同一张表有两个文件：{files}",
        "one table has two files: {files}",
        "只留一个",
        "keep one of them",
    ),
    "T106": Entry(
        "缺少必需的表 {table}",
        "the required table {table} is missing",
        "放入 {table}.parquet、{table}.csv 或 {table}.jsonl",
        "add {table}.parquet, {table}.csv or {table}.jsonl",
    ),
    "T107": Entry(
        "{file} 不是任何一张标准表；最接近：{near}",
        "{file} is none of the canonical tables; nearest: {near}",
        "改用标准表名，或移出该文件夹",
        "use the name of a canonical table, or move the file elsewhere",
    ),
    "T108": Entry(
        "没有名为“{name}”的列；最接近：{near}",
        "there is no column “{name}”; nearest: {near}",
        "改名或删去该列；其他事实写入 facts",
        "rename or remove it; other facts go into facts",
    ),
    "T109": Entry(
        "列“{name}”出现两次",
        "column “{name}” is given twice",
        "只留一个",
        "keep one of them",
    ),
    "T110": Entry(
        "缺少必需的列“{name}”",
        "the required column “{name}” is missing",
        "补上该列",
        "add the column",
    ),
    "T111": Entry(
        "第 {line} 行附近不是合格的 CSV：{reason}",
        "near line {line} this is not CSV: {reason_en}",
        "检查引号与特殊字符",
        "look at the quotes and special characters",
    ),
    "T112": Entry(
        "文件是空的，没有表头",
        "the file is empty and has no header",
        "第一行写列名",
        "write the column names in the first line",
    ),
    "T120": Entry(
        "该行有 {cells} 格，表头有 {columns} 格",
        "the row has {cells} cells, the header {columns}",
        "补齐或检查多余的逗号",
        "complete the row, or look for a stray comma",
    ),
    "T121": Entry(
        "该行不是一个 JSON 对象：{reason}",
        "the line is not one JSON object: {reason_en}",
        "每行写一个对象，键不重复",
        "write one object a line, no key twice",
    ),
    "T122": Entry("必填的格是空的", "a required cell is empty", "填写该值", "fill it in"),
    "T123": Entry(
        "“{value}”不在允许的值之中：{known}", "“{value}” is none of: {known}", "改用其中之一", "use one of them"
    ),
    "T124": Entry(
        "“{value}”不是 1900 至 2199 年间的日期 YYYY-MM-DD",
        "“{value}” is not a date YYYY-MM-DD of the years 1900 to 2199",
        "写成 2024-01-31；未终止的留空",
        "write it as 2024-01-31; leave an open end empty",
    ),
    "T125": Entry(
        "“{value}”不是北京时间 YYYY-MM-DD HH:MM:SS（不带时区）",
        "“{value}” is not a Beijing time YYYY-MM-DD HH:MM:SS without zone",
        "写成 2024-01-31 08:30:00",
        "write it as 2024-01-31 08:30:00",
    ),
    "T126": Entry(
        "“{value}”不是整数分；金额以分计，不带小数点",
        "“{value}” is not whole fen; amounts are in fen, without a decimal point",
        "12.34 元写成 1234",
        "write 12.34 yuan as 1234",
    ),
    "T127": Entry(
        "“{value}”不是整数",
        "“{value}” is not a whole number",
        "写成不带小数点的整数",
        "write it without a decimal point",
    ),
    "T128": Entry(
        "{value} 是浮点数，浮点数不能表示金额和比例",
        "{value} is a floating-point number, which cannot carry money or ratios",
        "金额用 int64（分），数量、单价、比例用 decimal 或文字",
        "use int64 (fen) for money; decimal or text for quantity, price and ratio",
    ),
    "T129": Entry(
        "{value} 不是数", "{value} is not a number", "没有值就留空", "leave the cell empty when there is no value"
    ),
    "T130": Entry(
        "“{value}”不是十进制数",
        "“{value}” is not a decimal number",
        "写成 0.05 或 12，不用百分号、千分位和指数",
        "write 0.05 or 12: no percent sign, separators or exponent",
    ),
    "T131": Entry(
        "{value} 超过 {digits} 位小数",
        "{value} has more than {digits} decimals",
        "按该列的位数填写，系统不代为舍入",
        "write as many as the column holds; nothing is rounded on reading",
    ),
    "T132": Entry(
        "{value} 太大",
        "{value} is too large",
        "检查单位：金额以分计，绝对值不超过 100 亿元",
        "check the unit: fen, at most 10 thousand million yuan",
    ),
    "T133": Entry(
        "{value} 不在 {low} 至 {high} 之间", "{value} is not between {low} and {high}", "更正该值", "correct it"
    ),
    "T134": Entry(
        "“{value}”不是文字列表",
        "“{value}” is not a list of texts",
        'CSV 中写成 JSON：["E11", "I10"]',
        'in CSV write it as JSON: ["E11", "I10"]',
    ),
    "T135": Entry(
        "“{value}”不是映射",
        "“{value}” is not a map",
        'CSV 中写成 JSON：{{"键": "值"}}，金额写整数分，键不重复',
        'in CSV write it as JSON: {{"key": "value"}}, amounts as whole fen, no key twice',
    ),
    "T136": Entry(
        "“{value}”首尾有空白，或含控制字符",
        "“{value}” has blanks around it, or control characters",
        "删去这些字符",
        "remove them",
    ),
    "T137": Entry(
        "{value} 的类型不是{type}",
        "{value} is not of type {type}",
        "编号和代码都写成文字（加引号）",
        "write identifiers and codes as text (in quotes)",
    ),
    "T138": Entry(
        "“{value}”不是月份 YYYY-MM", "“{value}” is not a month YYYY-MM", "写成 2024-01", "write it as 2024-01"
    ),
    "T140": Entry(
        "与第 {row} 行重复，内容相同", "repeats row {row} word for word", "删去重复的行", "remove the repetition"
    ),
    "T141": Entry(
        "与第 {row} 行编号相同而内容不同，两行都不采用",
        "has the same key as row {row} but says otherwise; neither is used",
        "查明哪一行正确",
        "find out which one is right",
    ),
    "T142": Entry(
        "{table} 中没有“{value}”",
        "there is no “{value}” in {table}",
        "补上该行，或更正编号",
        "add that row, or correct the reference",
    ),
    "T143": Entry(
        "{table} 中的“{value}”未被采用",
        "“{value}” of {table} was rejected",
        "先更正 {table} 中的该行",
        "correct that row of {table} first",
    ),
    "T144": Entry(
        "期间与第 {row} 行重叠，两行都不采用",
        "the period overlaps that of row {row}; neither is used",
        "改正起止日期，使其不重叠",
        "correct the dates so that they do not overlap",
    ),
    "T145": Entry(
        "{later} {value} 早于 {earlier} {start}",
        "{later} {value} lies before {earlier} {start}",
        "更正日期",
        "correct the dates",
    ),
    "T147": Entry(
        "退费没有写明所退的原明细",
        "a refund does not name the line it returns",
        "填写 original_line_id",
        "fill in original_line_id",
    ),
    "T148": Entry(
        "原明细“{value}”不是同一单中的收费明细",
        "“{value}” is not a charged line of the same claim",
        "更正编号；已结算的，撤销原结算",
        "correct it; if that line was settled earlier, reverse that settlement",
    ),
    "T149": Entry(
        "对“{value}”共退 {returned}，多于所收 {charged}",
        "{returned} is returned of “{value}”, more than the {charged} that was charged",
        "更正数量或金额",
        "correct the quantity or amount",
    ),
    "T150": Entry(
        "不是退费却写了原明细",
        "names an original line but is no refund",
        "清空 original_line_id，或改为负数",
        "empty original_line_id, or make it negative",
    ),
    "T151": Entry(
        "数量×单价与金额相差超过 1 分",
        "quantity × price differs from the amount by more than 1 fen",
        "更正三者之一（单价以元计，金额以分计）",
        "correct one of the three (the price is in yuan, the amount in fen)",
    ),
    "T152": Entry(
        "四个部分只给了一些", "only some of the four parts are given", "四个都给，或都不给", "give all four or none"
    ),
    "T153": Entry(
        "四个部分合计 {sum} 分（或正负不一），金额为 {value} 分",
        "the four parts sum to {sum} fen (or differ in sign), the amount is {value} fen",
        "更正各部分",
        "correct the parts",
    ),
    "T154": Entry("数量与金额一正一负", "quantity and amount differ in sign", "更正其一", "correct one of them"),
    "T155": Entry("没有明细", "the claim has no line", "补上明细", "add its lines"),
    "T156": Entry(
        "有未被采用的明细，整单不结算",
        "a line of it was rejected, so the claim is not settled",
        "先更正明细",
        "correct the lines first",
    ),
    "T157": Entry(
        "该参保人在 {table} 中有未被采用的行（第 {row} 行），不能据以结算",
        "row {row} of {table} about this person was rejected, so nothing can be settled on it",
        "先更正该行",
        "correct that row first",
    ),
    "T158": Entry(
        "account_use 与 account_person_id 不相符",
        "account_use and account_person_id do not agree",
        "用亲属账户时写明所有人，否则留空",
        "name the owner when it is a relative's account, otherwise leave it empty",
    ),
    "T159": Entry(
        "总额 {value} 分，明细合计 {sum} 分",
        "the total is {value} fen, its lines sum to {sum} fen",
        "更正总额或明细",
        "correct the total or the lines",
    ),
    "T160": Entry(
        "恒等式不成立：{identity}", "the identity does not hold: {identity}", "更正金额", "correct the amounts"
    ),
    "T171": Entry(
        "费用合计 {value} 分，不是正数",
        "the fees sum to {value} fen, which is not positive",
        "该例无可结算",
        "there is nothing to settle",
    ),
    "T172": Entry(
        "该参保人属于另一样本 {other}",
        "the person belongs to another sample, {other}",
        "不要混合同号的样本",
        "do not mix samples that share identifiers",
    ),
    "T173": Entry(
        "编号已见于第 {row} 行，以先到者为准",
        "row {row} has this number already; the first stands",
        "删去其一",
        "remove one of them",
    ),
    "T174": Entry(
        "“{value}”不是两位小数以内的金额",
        "“{value}” is not an amount with at most two decimals",
        "写成 1234.50",
        "write it as 1234.50",
    ),
}
