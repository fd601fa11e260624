"""Messages about who may do what, and about the trail (A)."""

from __future__ import annotations

from tongchou.ground.entry import Entry

_LOOK = "保留现场，对照备份查明是谁改的", "leave everything as it is and find out from a backup who changed it"

MESSAGES: dict[str, Entry] = {
    "A101": Entry(
        "{who} 没有权限：{permission}",
        "{who} lacks the permission {permission}",
        "请有此权限的人办理，或申请临时授权",
        "ask somebody who has it, or for a temporary elevation",
    ),
    "A102": Entry("没有写明事由", "no reason is given", "{command} 要写事由", "{command} takes a reason"),
    "A103": Entry("用户名、密码或动态口令不对", "user name, password or one-time code is wrong", "再试", "try again"),
    "A104": Entry(
        "连续输错，账户锁定到 {until}", "too many wrong answers: locked until {until}", "到时再试", "try again then"
    ),
    "A105": Entry("需要动态口令", "a one-time code is due", "输入动态口令", "give the one-time code"),
    "A106": Entry("没有登录，或登录已经失效", "not signed in, or no longer", "重新登录", "sign in again"),
    "A107": Entry("“{what}”已有人用", "'{what}' is in use", "换一个", "choose another"),
    "A108": Entry(
        "“{name}”不能设在这里",
        "'{name}' cannot stand there",
        "经办机构最多五级；医药机构和单位设在经办机构之下；编码里不能有斜杠",
        "agencies have five levels; providers and employers stand below an agency; no code holds a slash",
    ),
    "A109": Entry("密码太弱：{why}", "the password is weak: {why}", "换一个更长的", "choose a longer one"),
    "A110": Entry(
        "{organisation} 的用户没有角色“{role}”",
        "a user of {organisation} cannot have the role '{role}'",
        "看权限说明里各角色用于哪类机构",
        "see which organisations a role is for",
    ),
    "A111": Entry(
        "同一人不能兼任：{roles}", "one person cannot hold both: {roles}", "先收回其中一个", "take one back first"
    ),
    "A112": Entry("不能为自己办理", "nobody does this for themselves", "请另一人办理", "ask somebody else"),
    "A113": Entry(
        "临时授权最长四小时，令牌最长一年，权限要写明",
        "an elevation lasts four hours and a token a year at most, and both name known permissions",
        "缩短时间，或改正权限名称",
        "shorten it, or correct the names",
    ),
    "A114": Entry(
        "没有这个对象，或不在您的范围内",
        "there is no such thing, or it is out of your scope",
        "核对编号；需要时请上级办理",
        "check the number; ask the agency above if need be",
    ),
    "A115": Entry(
        "已经有用户，不能再次初始化", "there are users already", "请管理员增加用户", "ask an administrator to add users"
    ),
    "A116": Entry(
        "{until} 不在现在之后，角色不能到那时为止",
        "{until} is not to come: a role cannot end then",
        "写以后的时刻，或不写",
        "name a moment to come, or none",
    ),
    "A117": Entry(
        "{organisation} 的用户不是参保人本人",
        "a user of {organisation} is no insured person",
        "参保人的账户开在公众类的机构",
        "open the account of an insured person at an organisation of the public",
    ),
    "A118": Entry(
        "没有这个地址：{path}",
        "there is no such address: {path}",
        "按 /api/openapi.json 核对地址和编号的写法",
        "compare it with /api/openapi.json, and how numbers are written",
    ),
    "A119": Entry(
        "这个地址不接受 {method}",
        "this address does not take {method}",
        "可用 {allowed}",
        "it takes {allowed}",
    ),
    "A201": Entry("第 {batch} 批没有接在上一批之后", "batch {batch} does not follow the one before it", *_LOOK),
    "A202": Entry("第 {batch} 批的内容与封存时不同", "batch {batch} does not hold what was sealed", *_LOOK),
    "A203": Entry("库外的链头文件不见了", "the file with the head of the chain is gone", *_LOOK),
    "A204": Entry("这一行读不了", "this line cannot be read", *_LOOK),
    "A205": Entry(
        "第 {batch} 批与库外链头不符", "batch {batch} is not what the head outside the database says", *_LOOK
    ),
    "A206": Entry(
        "第 {batch} 批没有记入库外链头",
        "the head outside the database does not tell of batch {batch}",
        "若是断电前最后一批，核对后补记；否则查明原因",
        "add it after checking if it is the last before a power cut; find out why otherwise",
    ),
    "A207": Entry(
        "有 {count} 条记录逾时没有封存",
        "{count} entries should have been sealed long ago",
        "看封存任务是否在运行",
        "see whether the sealing job runs",
    ),
}
