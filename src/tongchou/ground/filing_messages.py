"""Messages about filings (F): what cannot be filed, decided, withdrawn or attached."""

from __future__ import annotations

from tongchou.ground.entry import Entry

MESSAGES: dict[str, Entry] = {
    "F001": Entry("{scheme} 在 {day} 没有“{type}”这种备案", "{scheme} has no filing '{type}' on {day}", "可用:{known}", "known: {known}"),
    "F002": Entry("备案“{type}”要写明“{name}”", "the filing '{type}' names '{name}'", "补上", "add it"),
    "F003": Entry("备案“{type}”不写“{name}”", "the filing '{type}' does not name '{name}'", "可用:{known}", "known: {known}"),
    "F004": Entry("“{value}”不是 {name} 的词", "'{value}' is not a word of {name}", "可用:{known}", "known: {known}"),
    "F005": Entry("“{type}”不由{by}申报", "'{type}' is not filed by the {by}", "由{known}申报", "it is filed by: {known}"),
    "F006": Entry("缺材料:{missing}", "evidence is missing: {missing}", "补齐后再报", "add it and file again"),
    "F007": Entry("已过申报期限 {due}", "it was to be filed by {due}", "期限是条款写明的,逾期不办", "the article sets the limit; it is too late"),
    "F008": Entry("起始日 {first} 太早,最早 {earliest}", "the first day {first} is too early; {earliest} at the earliest", "核对日期", "check the date"),
    "F009": Entry("止日 {last} 早于起日 {first}", "it ends on {last}, before it begins on {first}", "核对日期", "check the dates"),
    "F010": Entry("“{type}”同时最多 {limit} 个,已有:{running}", "at most {limit} of '{type}' at a time; running: {running}", "先撤销一个", "withdraw one first"),
    "F011": Entry("同样内容的“{type}”正在生效:{running}", "the same '{type}' is running: {running}", "不必再报;要改的先撤销", "no need to file again; withdraw it to change it"),
    "F012": Entry("{running} 在 {day} 以前不得撤销或变更", "{running} can be neither withdrawn nor replaced before {day}", "到期后再办", "come back on that day"),
    "F013": Entry("“{state}”的备案不能{action}", "a filing that is {state} cannot {action}", "核对编号和状态", "check the filing and its state"),
    "F014": Entry("政策包没有 {year} 年的放假安排,算不出工作日", "the pack declares no holidays of {year}, so working days cannot be counted", "在 vocabulary.yaml 的 calendar 里补上该年", "add the year to `calendar` in vocabulary.yaml"),
    "F015": Entry("撤销日 {day} 不成立,应在 {earliest} 以后", "it cannot be withdrawn from {day} on; {earliest} at the earliest", "以前的待遇已经按备案给付,只能从今天起撤销", "what went before was paid on it: withdraw it from today on"),
    "F016": Entry("“{type}”的期限算得 {value},不是整数的天或月", "'{type}' comes to {value}, which is no whole number of days or months", "核对条款", "check the declaration"),
    "F017": Entry("{name} 不能是“{value}”", "{name} cannot be '{value}'", "核对日期;只有一个的写一个", "check the date; write one where there is one"),
    "F101": Entry("同样的备案已在等待审核", "the same filing is waiting for a decision", "等审核,或先撤回", "wait for it, or withdraw it"),
    "F102": Entry("“{type}”报的是{about}的备案", "'{type}' is filed about the {about}", "给出本人或单位之一", "name the person, or the organisation"),
    "F103": Entry("文件“{name}”有 {size} 字节,最多 {limit}", "the file '{name}' has {size} bytes; {limit} at most", "压缩图片,或分开上传", "make it smaller or split it"),
    "F104": Entry("文件“{name}”不是可收的材料", "the file '{name}' is of no kind that is taken", "交 PDF、JPEG、PNG 或 OFD", "send PDF, JPEG, PNG or OFD"),
    "F105": Entry("材料太多,最多 {limit} 件", "too many files; {limit} at most", "合并后再交", "put some of them together"),
    "F106": Entry("文件“{name}”展开后太大或含不该有的路径", "the file '{name}' unpacks to too much, or holds a path it must not", "重新生成后再交", "make it anew"),
    "F107": Entry("文件名“{name}”不成立", "'{name}' is no name of a file", "只用文件名,不带路径", "send the name of the file, without a path"),
    "F108": Entry("“{type}”不要材料“{kind}”", "'{type}' asks for no evidence '{kind}'", "可交:{known}", "known: {known}"),
    "F109": Entry("{files} 件材料,{kinds} 个类别", "{files} files and {kinds} kinds", "每件材料写一个类别,次序一致", "name the kind of each file, in their order"),
    "F110": Entry("此人已于 {died} 死亡,备案没有可以生效的日子", "the person died on {died}; no day is left on which it could hold", "核对死亡登记和起始日", "check the death and the first day"),
    "F111": Entry("文件超过 {most} 行", "the file has more than {most} rows", "拆成几个文件", "split it"),
}  # fmt: skip
