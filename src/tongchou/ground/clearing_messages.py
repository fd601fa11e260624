"""Messages about the clearing of a year in the record (M5)."""

from __future__ import annotations

from tongchou.ground.entry import Entry

MESSAGES: dict[str, Entry] = {
    "M501": Entry(
        "{region}没有规定 {year} 年度的清算",
        "{region} declares no clearing of {year}",
        "在地区目录的 payment/clearing/ 里写该年度的规则(含反馈工作日)",
        "declare the year's rules, working days of feedback included, in payment/clearing/ of the region's folder",
    ),
    "M502": Entry(
        "不能开启清算年度：{why}",
        "the year cannot be opened: {why_en}",
        "核对险种、年度；业务账先月结到年底",
        "check scheme and year; close the business book through the year's end first",
    ),
    "M503": Entry(
        "{year} 年度 {scheme} 的清算已是“{state}”，不能这样做",
        "the clearing of {year} {scheme} is {state_en}: this cannot be done now",
        "先看该年度的清算步骤",
        "look at the year's steps first",
    ),
    "M504": Entry(
        "{table} 不能采用：{why}",
        "{table} cannot be taken: {why}",
        "按表名、列名和机构编码改正后再提交",
        "mend its name, columns or codes and send it again",
    ),
    "M505": Entry(
        "{institution} 的结算合计 {here}，账上记账 {there}",
        "the settlements of {institution} come to {here}, the books have {there}",
        "核对未入账或终分组之后变动的结算；有变动的重开后再终分组",
        "look for what was settled or reversed since; open the year again and make its groups final anew",
    ),
    "M506": Entry(
        "有 {cases} 例按 {kind} 付费，但没有给出分组方案",
        "{cases} cases are paid by {kind}, and no scheme to group them by was named",
        "先保存分组方案，再用它的摘要分组",
        "keep the scheme first, and group by its hash",
    ),
    "M507": Entry(
        "{institution} 还有 {fen} 元在月结算审核中",
        "{fen} yuan of {institution} are still under monthly review",
        "先完成该机构各月的终审和预付",
        "make its months final and prepay them first",
    ),
    "M508": Entry(
        "还不能终分组：{why}",
        "the groups cannot be final yet: {why_en}",
        "等反馈期满，并办结全部反馈和特例单议",
        "wait until feedback is over, and decide on everything that is open",
    ),
    "M509": Entry(
        "{institution} 应清算 {fen} 元，但该年度没有任何基金记账可归",
        "{institution} is owed {fen} yuan, and no fund was charged anything in the year",
        "核对该机构的指标和该年度的结算",
        "check its quotas and the year's settlements",
    ),
    "M510": Entry(
        "反馈期已于 {until} 结束",
        "feedback ended on {until}",
        "逾期的，由经办机构重开年度时再提",
        "bring it when the agency opens the year again",
    ),
    "M511": Entry(
        "不能受理：{why}",
        "it cannot be taken: {why_en}",
        "看该病例已有的反馈或申请",
        "look at what was said of the case before",
    ),
    "M512": Entry(
        "特例单议超过名额：{used} 例，{cases} 例中至多 {most} 例",
        "too many special cases: {used}, of {cases} cases at most {most}",
        "撤下较轻的，或按病种结算",
        "leave out the lesser ones, or let them be paid by their group",
    ),
    "M513": Entry(
        "第 {number} 版清算不是最新的，或清算依据已变动",
        "clearing {number} is not the last one, or what it was cleared from has changed",
        "重新清算后再确认",
        "clear again, then confirm",
    ),
    "M514": Entry(
        "{year} 年度 {scheme} 的清算已确认，该年度的月结算单不能再生成或重开",
        "the clearing of {year} {scheme} is confirmed: no month of it is opened or reopened",
        "先重开清算年度；月结算单办完后，再终分组、清算、确认",
        "open the year's clearing again first; when the month is done, make the groups final, clear and confirm anew",
    ),
    "M515": Entry(
        "{institution} 的指标（{setting}）公布的是 {published} 元，提交的是 {given} 元",
        "the quota of {institution} ({setting}) was published as {published} yuan and is given as {given}",
        "已公布的指标不必提交，清算直接采用；指标有误的，按年中调整的程序办理",
        "leave it out, since what was published is taken; a quota is changed by an adjustment within its year",
    ),
    "M516": Entry(
        "{year} 年度政策包里有 {kind} 分组方案 {ours}，不能用 {theirs}",
        "the pack of {year} has the scheme {ours} for {kind}, and {theirs} was named",
        "不写分组方案，即用政策包里的；政策包有误的，更正后启用再开启年度",
        "name none, and the pack's is taken; where the pack is wrong, activate another before the year is opened",
    ),
}
