"""Messages about packs in force (G)."""

from __future__ import annotations

from tongchou.ground.entry import Entry

MESSAGES: dict[str, Entry] = {
    "G101": Entry(
        "没有提交过摘要为 {hash} 的政策包", "no pack with the hash {hash} was proposed", "先提交", "propose it first"
    ),
    "G102": Entry("生效时间已过", "the moment has passed", "写现在或以后的时间", "name one that is still to come"),
    "G103": Entry(
        "正在运行的是地区 {region} 的政策包",
        "the pack in force is of region {region}",
        "一个部署只运行一个统筹区",
        "one deployment runs one region",
    ),
    "G104": Entry(
        "还没有启用政策包",
        "no pack is in force",
        "提交政策包，由另一人启用",
        "propose one, and have somebody activate it",
    ),
    "G105": Entry(
        "政策包自带的算例有 {count} 个不符，例如“{first}”",
        "{count} of the pack's own cases do not hold, such as '{first}'",
        "用 tongchou check 看差异，改正后再提交",
        "see the differences with tongchou check, and correct them first",
    ),
    "G106": Entry(
        "政策包的文件“{path}”不能接收",
        "the file '{path}' of a pack is not taken",
        "只收 .yaml、.csv 和 .md，路径以文件夹名开头，不含 ..，一共不超过 {limit} 个文件；base 也要一并提交",
        "only .yaml, .csv and .md, the path beginning with the folder, without .., {limit} files at most; send the base too",
    ),
}
