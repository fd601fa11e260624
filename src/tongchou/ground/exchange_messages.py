"""Messages of files, catalogues, mappings, departments and stock as institutions' software exchanges them (N3)."""

from __future__ import annotations

from tongchou.ground.entry import Entry

MESSAGES: dict[str, Entry] = {
    "N301": Entry("文件是空的", "the file is empty", "上传有内容的文件", "send a file with a content"),
    "N302": Entry("文件超过 {most} 兆字节", "the file has more than {most} MB", "分开上传", "send it in parts"),
    "N303": Entry(
        "压缩包读不出来,或不是一个不超过 {most} 兆字节的文件",
        "the archive cannot be read, or is not one file of at most {most} MB",
        "用标准 ZIP 压缩一个文件,不加密",
        "pack one file as a plain ZIP, without a password",
    ),
    "N304": Entry(
        "本机构保留的文件已有 {most} 兆字节",
        "the files kept of this institution have {most} MB already",
        "等旧文件到期,或与经办机构联系",
        "wait until older ones end, or ask the agency",
    ),
    "N305": Entry(
        "文件的下载期限({until})已过", "the file could be fetched until {until}", "重新申请", "ask for it again"
    ),
    "N306": Entry(
        "multipart 报文要有文本段 jsonStr(整个报文)和文件段 file",
        "a multipart message has the text part jsonStr with the whole envelope, and the part file",
        "按接口文档组织报文",
        "see the page of 9101",
    ),
    "N311": Entry(
        "版本“{version}”不是本区返回的",
        "'{version}' is no version of this region",
        "发 0 取全部",
        "send 0 to get everything",
    ),
    "N312": Entry("每页最多 {most} 行", "a page has at most {most} rows", "减小每页行数", "ask for smaller pages"),
    "N313": Entry("没有字典“{table}”", "there is no table '{table}'", "核对字典类型", "check the name"),
    "N314": Entry(
        "“{label}”({field})超过 {most} 个字",
        "{label} ({field}) has more than {most} characters",
        "缩短后重发",
        "shorten it",
    ),
    "N315": Entry(
        "“{label}”({field})应为 0 至 {most}", "{label} ({field}) is between 0 and {most}", "改正后重发", "correct it"
    ),
    "N321": Entry(
        "没有“{item}”的对照", "there is no mapping of '{item}'", "核对院内编码和国家编码", "check both codes"
    ),
    "N322": Entry("没有科室“{item}”", "there is no department '{item}'", "先上传科室(3401)", "report it first by 3401"),
    "N331": Entry(
        "没有本机构的结算“{settlement}”",
        "there is no settlement '{settlement}' of this institution",
        "用结算时返回的编号",
        "send the number that the settlement was answered with",
    ),
    "N332": Entry(
        "追溯码“{package}”的药已经售出",
        "the package '{package}' has been sold",
        "核对药品追溯码",
        "check the code on the package",
    ),
    "N333": Entry(
        "批次“{batch}”没有这类数据", "there is nothing of this kind of batch '{batch}'", "核对批次流水号", "check it"
    ),
    "N334": Entry("结果超过 {most} 行", "there are more than {most} rows", "缩小日期范围", "ask for fewer days"),
    "N335": Entry(
        "至少要填一个:{fields}", "at least one of these is needed: {fields}", "补上后重发", "add one and send again"
    ),
}
