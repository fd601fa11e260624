"""Messages about lakes (K): tables in buckets on disk, and the states kept beside them."""

from __future__ import annotations

from tongchou.ground.entry import Entry

MESSAGES: dict[str, Entry] = {
    "K101": Entry(
        "{folder} 里没有 lake.json，不是数据湖",
        "{folder} has no lake.json and is no lake",
        "给出 tongchou lake 写成的文件夹；没写完的不会留下",
        "name a folder that tongchou lake has written; one that was not finished is never left",
    ),
    "K102": Entry(
        "说明文件损坏：{reason}",
        "what it says of itself is damaged: {reason}",
        "由原来的表重新写一遍",
        "write it again from the tables it came from",
    ),
    "K103": Entry(
        "格式版本 {version} 比本程序认识的 {known} 新",
        "it is of format {version}, later than {known}, which this version reads",
        "升级 tongchou，或用本版本重新写一遍",
        "upgrade tongchou, or write it again with this version",
    ),
    "K104": Entry(
        "文件不见了",
        "the file is missing",
        "恢复该文件，或由原来的表重新写一遍",
        "restore the file, or write everything again from the tables it came from",
    ),
    "K105": Entry(
        "文件有 {rows} 行，说明文件写的是 {said} 行",
        "the file has {rows} rows; what it should have is {said}",
        "恢复该文件，或由原来的表重新写一遍",
        "restore the file, or write everything again from the tables it came from",
    ),
    "K106": Entry(
        "文件无法读取：{reason}",
        "the file cannot be read: {reason_en}",
        "恢复该文件，或由原来的表重新写一遍",
        "restore the file, or write everything again from the tables it came from",
    ),
    "K107": Entry(
        "{folder} 里没有 state.json，不是状态快照，或者没有写完",
        "{folder} has no state.json: it is no snapshot of states, or one that was not finished",
        "给出写完的快照，或从头结算",
        "name a snapshot that was finished, or settle from the beginning",
    ),
    "K108": Entry(
        "以前的结果由政策包 {before} 按语义版本 {old} 结算，现在是 {now}、版本 {new}",
        "the earlier results are of the pack {before} under semantics {old}; now it is {now} under {new}",
        "用结算它们的政策包和程序版本接着结算，或连同以前的就诊从头结算",
        "go on with the pack and the version that settled them, or settle all claims from the beginning",
    ),
    "K109": Entry(
        "就诊 {claim}（{day}）应当先于已经结算的 {last}（{through}）",
        "claim {claim} ({day}) should have settled before {last} ({through}), which has been settled",
        "只给出以后的就诊；若有迟到的就诊，连同以前的从头结算",
        "give later claims only; with claims that came late, settle all from the beginning",
    ),
    "K111": Entry(
        "{person} 的账户余额截至 {day}，在已结算的就诊（{since} 至 {until}）之间，无法得知其中哪些已经扣过",
        "the balance of the account of {person} is as of {day}, amid claims settled {since} to {until}: "
        "which of them it has lost cannot be told",
        "给出 {since} 以前的余额，或 {until} 当日及以后的余额",
        "give the balance of a day before {since}, or of {until} or later",
    ),
    "K110": Entry(
        "表 {table} 不是 Parquet 文件；数据湖只由 Parquet 写成",
        "the table {table} is not a Parquet file; a lake is poured from Parquet only",
        "把该表另存为 {table}.parquet",
        "save the table as {table}.parquet",
    ),
}
