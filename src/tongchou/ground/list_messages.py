"""Messages of settlement lists: N351–N384 refuse, N385–N399 are kept as findings. `where` tells the row, or nothing."""

from __future__ import annotations

from tongchou.ground.entry import Entry

MESSAGES: dict[str, Entry] = {
    "N351": Entry(
        "结算“{settlement}”已撤销,不再有清单",
        "settlement '{settlement}' was reversed; it has no list any more",
        "重新结算后上传新结算的清单",
        "upload the list of the settlement that took its place",
    ),
    "N352": Entry(
        "结算“{settlement}”的清单已审核通过,不能再改",
        "the list of settlement '{settlement}' is approved and cannot be changed",
        "向经办机构申请",
        "ask the agency",
    ),
    "N353": Entry(
        "清单状态不能从“{before}”改为“{after}”",
        "the state of a list cannot go from '{before}' to '{after}'",
        "未提交的可以提交,审核未通过的可以改回未提交或再提交",
        "submit what is not; what was refused may be taken back or submitted again",
    ),
    "N354": Entry(
        "结算“{settlement}”还没有清单",
        "settlement '{settlement}' has no list",
        "先上传清单",
        "upload it first",
    ),
    "N355": Entry(
        "缺少“{label}”({field}){where}", "{label} ({field}) is missing{where}", "补上后重发", "add it and send again"
    ),
    "N356": Entry(
        "“{label}”({field})的代码“{value}”不在码表中{where};有:{known}",
        "'{value}' is no code of {label} ({field}){where}; there are: {known}",
        "改用码表中的代码",
        "send one of these",
    ),
    "N357": Entry(
        "“{later}”({late})早于“{earlier}”({early}){where}",
        "{later} ({late}) is before {earlier} ({early}){where}",
        "核对时间",
        "check both times",
    ),
    "N358": Entry("“{label}”({given})还没有到{where}", "{label} ({given}) is to come{where}", "核对时间", "check it"),
    "N359": Entry(
        "“{label}”为 {given},就诊登记的是 {expected}",
        "{label} is {given}, and the visit was registered with {expected}",
        "核对日期,或更正就诊登记",
        "check the day, or correct the visit",
    ),
    "N360": Entry(
        "“{label}”({field})与参保登记不符",
        "{label} ({field}) is not what is registered",
        "核对参保人",
        "check the person",
    ),
    "N361": Entry(
        "主要诊断应有且只有一个,清单中有 {count} 个",
        "there is one main diagnosis, and {count} were sent",
        "只保留一个主要诊断",
        "mark one",
    ),
    "N362": Entry("没有诊断", "there is no diagnosis", "填写出院诊断", "name the diagnoses of discharge"),
    "N363": Entry(
        "有手术时主要手术应有且只有一个,清单中有 {count} 个",
        "of operations one is the main one, and {count} were sent",
        "只保留一个主要手术",
        "mark one",
    ),
    "N364": Entry(
        "“{label}”“{value}”不是天/小时/分钟{where}",
        "'{value}' of {label} is not days/hours/minutes{where}",
        "例如 1/13/24:1 天 13 小时 24 分",
        "such as 1/13/24",
    ),
    "N365": Entry(
        "重症监护合计时长 {given} 与进出时间相差的 {expected} 不符{where}",
        "time in intensive care is {given}, and in and out are {expected} apart{where}",
        "核对时长和进出时间",
        "check the three",
    ),
    "N366": Entry(
        "“{label}”({given})超过住院时长",
        "{label} ({given}) is longer than the stay",
        "核对时长",
        "check it",
    ),
    "N367": Entry(
        "麻醉时间没有覆盖手术时间{where}",
        "the anaesthesia does not cover the operation{where}",
        "麻醉开始不晚于手术开始,麻醉结束不早于手术结束",
        "it begins no later and ends no earlier",
    ),
    "N368": Entry(
        "新生儿应填写“{label}”({field})",
        "of a newborn {label} ({field}) is needed",
        "补上后重发",
        "add it and send again",
    ),
    "N369": Entry(
        "不是新生儿,不填“{label}”({field})", "{label} ({field}) is only of a newborn", "去掉,或核对天龄", "leave it out"
    ),
    "N370": Entry(
        "“{label}”“{value}”不是精确到 10 克的体重",
        "'{value}' of {label} is no weight to the nearest 10 g",
        "以克填写,精确到 10 克",
        "give grams, to the nearest ten",
    ),
    "N371": Entry(
        "基金支付 {fund} 应为 {expected},清单中是 {given}",
        "fund {fund} paid {expected}, and the list has {given}",
        "与结算返回的基金明细一致",
        "send what the settlement answered",
    ),
    "N372": Entry(
        "收费项目 {item} 的金额 {given} 不等于甲类、乙类、自费、其他之和 {expected}",
        "the amount {given} of item class {item} is not the sum {expected} of its parts",
        "核对这一行",
        "check the row",
    ),
    "N373": Entry(
        "收费项目合计 {given} 不等于医疗费总额 {expected}",
        "item classes add up to {given}, and the total of the settlement is {expected}",
        "与结算的费用一致",
        "list what was settled",
    ),
    "N374": Entry(
        "个人自付加个人自费为 {given},账户支出加现金支付为 {expected}",
        "the person's shares add up to {given}, and what the person paid to {expected}",
        "核对四个金额",
        "check the four amounts",
    ),
    "N375": Entry(
        "“{label}”({field})为 {given},结算中是 {expected}",
        "{label} ({field}) is {given}, and the settlement has {expected}",
        "与结算一致",
        "send what was settled",
    ),
    "N376": Entry(
        "清单是“{state}”,只审核已提交的",
        "the list is '{state}'; only what is submitted is decided on",
        "等医疗机构提交",
        "wait until it is submitted",
    ),
    "N377": Entry(
        "这份清单已有特病单议申请",
        "there is an application for this list",
        "修改或撤销已有的申请",
        "change or withdraw that one",
    ),
    "N378": Entry(
        "特病单议申请是“{state}”,不能再改",
        "the application is '{state}' and stays so",
        "另行申请",
        "make another",
    ),
    "N379": Entry(
        "没有这个特病单议申请:{number}",
        "there is no application {number}",
        "用查询返回的编号",
        "take the number of the query",
    ),
    "N380": Entry("“{label}”“{value}”不是年月", "'{value}' of {label} is no month", "例如 202603", "such as 202603"),
    "N381": Entry(
        "特病单议申请、结算、人员至少填一个",
        "name the application, the settlement or the person",
        "补上后重发",
        "add one",
    ),
    "N382": Entry("清单的一节超过 {most} 行", "a section has more than {most} rows", "核对清单", "check the list"),
    "N383": Entry("没有结算“{settlement}”", "there is no settlement '{settlement}'", "核对编号", "check the number"),
    "N384": Entry(
        "结算“{settlement}”不是人员“{person}”的",
        "settlement '{settlement}' is not of person '{person}'",
        "核对结算和人员编号",
        "check both numbers",
    ),
    "N385": Entry(
        "没有填写“{label}”({field}){where}", "{label} ({field}) is not filled in{where}", "宜补充", "fill it in"
    ),
    "N386": Entry(
        "主要诊断 {given} 不是出院登记的主要诊断 {expected}",
        "the main diagnosis {given} is not that of the discharge, {expected}",
        "核对主要诊断",
        "check it",
    ),
    "N387": Entry("诊断 {value} 填了不止一次", "diagnosis {value} is listed twice", "去掉重复的", "leave one"),
    "N388": Entry(
        "“{value}”不像国家医保版的诊断代码",
        "'{value}' does not look like a code of the national edition",
        "用国家医保版 ICD-10",
        "take its codes",
    ),
    "N389": Entry(
        "损伤中毒的外部原因 {value} 不作主要诊断",
        "an external cause such as {value} is no main diagnosis",
        "改填损伤或中毒本身",
        "name the injury",
    ),
    "N390": Entry("诊断 {value} 与性别不符", "diagnosis {value} does not fit the sex", "核对诊断和性别", "check both"),
    "N391": Entry(
        "“{label}”为 {given},按日期应为 {expected}",
        "{label} is {given}, and by the dates {expected}",
        "核对",
        "check it",
    ),
    "N392": Entry(
        "“{label}”为 {given},清单中有 {expected} 个",
        "{label} is {given}, and the list has {expected}",
        "核对",
        "check it",
    ),
    "N393": Entry(
        "各级护理共 {given} 天,住院只有 {expected} 天",
        "nursing adds up to {given} days of a stay of {expected}",
        "核对护理天数",
        "check them",
    ),
    "N394": Entry("“{label}”{value} 克不合常理", "{label} of {value} g is unlikely", "核对体重", "check it"),
    "N395": Entry(
        "重症监护的时间与另一行重叠{where}", "times in intensive care overlap{where}", "核对进出时间", "check them"
    ),
    "N396": Entry(
        "结算期间 {given} 不在住院期间 {expected} 内",
        "the settled period {given} is not within the stay {expected}",
        "核对结算起止日期",
        "check its days",
    ),
    "N397": Entry(
        "收费项目的全自费合计 {given},结算中是 {expected}",
        "own pay of the item classes is {given}, and in the settlement {expected}",
        "核对",
        "check it",
    ),
    "N398": Entry(
        "主要手术 {value} 没有写明手术时间", "the main operation {value} has no time", "宜补充", "fill it in"
    ),
}
