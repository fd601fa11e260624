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
        "the file cannot be read: {reason}",
        "恢复该文件，或由原来的表重新写一遍",
        "restore the file, or write everything again from the tables it came from",
    ),
    "K107": Entry(
        "{folder} 里没有 state.json，不是状态快照，或者没有写完",
        "{folder} has no state.json: it is no snapshot of states, or one that was not finished",
        "给出写完的快照，或从头结算",
        "name a snapshot that was finished, or settle from the beginning",
    ),
    "K110": Entry(
        "表 {table} 不是 Parquet 文件；数据湖只由 Parquet 写成",
        "the table {table} is not a Parquet file; a lake is poured from Parquet only",
        "把该表另存为 {table}.parquet",
        "save the table as {table}.parquet",
    ),
}
