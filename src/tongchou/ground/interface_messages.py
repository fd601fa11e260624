"""Messages of the interface that institutions' software speaks (N). They are shown to an operator at a counter."""

from __future__ import annotations

from tongchou.ground.entry import Entry

MESSAGES: dict[str, Entry] = {
    "N101": Entry(
        "“{label}”({field})的值“{value}”不是{what}",
        "the value '{value}' of {label} ({field}) is no {what}",
        "改正后重发",
        "correct it and send again",
    ),
    "N102": Entry("“{what}”只能有一行", "'{what}' takes one row", "去掉多余的行", "send one row"),
    "N103": Entry("“{infno}”的内容不是对象", "the content of '{infno}' is no object", "按接口文档组织", "see the page"),
    "N104": Entry("“{what}”超过 {most} 行", "'{what}' has more than {most} rows", "分批上传", "send it in parts"),
    "N105": Entry("缺少“{label}”({field})", "{label} ({field}) is missing", "补上后重发", "add it and send again"),
    "N106": Entry("没有交易“{infno}”", "there is no transaction '{infno}'", "核对交易编号", "check the number"),
    "N107": Entry(
        "交易 {infno}({name})本区没有开通",
        "transaction {infno} ({name}) is not offered here",
        "不要再发这个交易",
        "do not send it",
    ),
    "N108": Entry(
        "没有定点医药机构“{institution}”",
        "there is no designated institution '{institution}'",
        "核对机构编号,或先办理定点",
        "check the code, or become designated first",
    ),
    "N109": Entry(
        "报文号“{msgid}”已用于另一笔业务",
        "message '{msgid}' was used for something else",
        "重发要与原报文一致;新的业务用新的报文号",
        "send again what was sent, or take a new message id for something new",
    ),
    "N110": Entry(
        "报文号应有 1 至 60 个字符",
        "a message id has 1 to 60 characters",
        "每笔业务一个报文号",
        "one for each business",
    ),
    "N111": Entry(
        "“{label}”“{value}”不是本区的编号",
        "'{value}' is no {label} of this region",
        "用本区返回的编号",
        "send the number that was answered",
    ),
    "N112": Entry(
        "“{label}”({field})的代码“{value}”在本区没有对照;有:{known}",
        "the code '{value}' of {label} ({field}) has no meaning here; known: {known}",
        "改用有对照的代码",
        "send one of these",
    ),
    "N113": Entry(
        "“{label}”({field})应为 {expected},报文中是 {given}",
        "{label} ({field}) should be {expected}, and {given} was sent",
        "重新预结算后再结算",
        "try the settlement again, then settle",
    ),
    "N114": Entry(
        "就诊“{visit}”不是人员“{person}”的",
        "visit '{visit}' is not of person '{person}'",
        "核对就诊和人员编号",
        "check both numbers",
    ),
    "N115": Entry("没有这个签到:{number}", "there is no such sign-in: {number}", "先签到", "sign in first"),
    "N116": Entry(
        "报文不是 JSON 对象", "the message is no JSON object", "按接口文档组织报文", "see the page of the envelope"
    ),
    "N117": Entry("报文超过 {most} 兆字节", "the message has more than {most} MB", "分批上传", "send it in parts"),
    "N118": Entry(
        "结算“{settlement}”不是就诊“{visit}”的",
        "settlement '{settlement}' is not of visit '{visit}'",
        "核对结算和就诊编号",
        "check both numbers",
    ),
    "N119": Entry(
        "报文号“{msgid}”没有可以冲正的业务",
        "nothing that message '{msgid}' did can be undone",
        "已撤销的不用再冲正;没有到达的不会再生效",
        "what was cancelled needs no reversal; what never came will not take effect",
    ),
    "N120": Entry(
        "系统没有能办完这笔业务(编号 {number})",
        "the server could not finish this (number {number})",
        "用同一报文号重发;仍不行时把编号告诉经办机构",
        "send it again under the same message id; if it fails again, tell the agency this number",
    ),
    "N121": Entry("没有这个人:{why}", "there is nobody like that: {why}", "核对证件", "check the certificate"),
    "N122": Entry(
        "本区没有开通“{what}”这种备案",
        "no filing is made here by '{what}'",
        "到经办窗口办理",
        "file it at the agency",
    ),
    "N123": Entry(
        "没有收到过报文 {msgid};已登记,它之后到达也不再办理",
        "message {msgid} never came; should it come now, it will not be acted on",
        "不必再冲正",
        "nothing is left to reverse",
    ),
    "N124": Entry(
        "备案 {filing} 已经审核,不能由医药机构撤销",
        "filing {filing} was decided on",
        "到经办窗口办理",
        "go to the agency",
    ),
    "N125": Entry(
        "没有先签到",
        "nobody has signed in",
        "先做 9001 签到,带上签到流水号",
        "sign in with 9001 and send its number",
    ),
    "N126": Entry(
        "参保地 {insured} 不在本统筹区({region})",
        "insured at {insured}, which is not in this region ({region})",
        "按异地就医办理",
        "treat as care away from home",
    ),
    "N127": Entry(
        "报文 {msgid} 是交易 {was},不能作为 {said} 冲正",
        "message {msgid} was a {was} and no {said}",
        "核对原交易编号和报文号",
        "check the number of the transaction",
    ),
    "N128": Entry(
        "没有这条审核结果:{finding}",
        "there is no finding {finding}",
        "核对警示结果的编号",
        "check the number of the finding",
    ),
    "N129": Entry(
        "{section} 超过本区规定的 {most} 行",
        "{section} has more than the {most} rows that the region takes",
        "分批上传",
        "send it in parts",
    ),
    "N130": Entry(
        "有一项内容太长或超出范围",
        "something is longer or larger than can be kept",
        "核对各项的长度和大小",
        "check the lengths and sizes",
    ),
    "N131": Entry(
        "“{label}”({field})超过 {most} 个字",
        "{label} ({field}) has more than {most} characters",
        "缩短后重发",
        "shorten it and send again",
    ),
    "N201": Entry(
        "没有携带认证信息:{what}", "credentials are missing: {what}", "按本机构的认证方式签名", "sign the request"
    ),
    "N202": Entry(
        "时间戳与本区时钟相差超过 {window} 秒",
        "the timestamp is more than {window} seconds off",
        "校准时钟后重发",
        "set the clock and send again",
    ),
    "N203": Entry(
        "账户“{account}”不属于本机构或已停用", "the account '{account}' is unknown or ended", "核对账户", "check it"
    ),
    "N204": Entry("签名不符", "the signature is wrong", "核对密钥和签名方法", "check key and method"),
    "N205": Entry(
        "这个请求已经收到过",
        "this request has come before",
        "每个请求用新的随机串",
        "take a new nonce for each request",
    ),
    "N207": Entry(
        "密钥的“{what}”不成立",
        "the {what} of a key cannot be one",
        "账户须为 16 个字符,公钥为 SM2 公钥的十六进制",
        "the account has sixteen characters, the public key is one of SM2 in hexadecimal",
    ),
    "N208": Entry(
        "报文没有按约定加密,或解不开",
        "the message is not enciphered as agreed, or cannot be deciphered",
        "按 SM4 加密输入、SM2 签名后重发",
        "encipher the input with SM4 and sign it with SM2",
    ),
    "N206": Entry(
        "本机构还没有登记认证密钥",
        "no key of this institution is known",
        "向经办机构申请密钥",
        "ask the agency for a key",
    ),
    "N901": Entry(
        "试用城市在 {day} 用过,比今天晚",
        "the sandbox was in use on {day}, which is later than today",
        "换一个空文件夹",
        "take an empty folder",
    ),
}
