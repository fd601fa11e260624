"""Messages about the server (S): the embedded database, its keys, its accounts and its settings."""

from __future__ import annotations

from tongchou.ground.entry import Entry

MESSAGES: dict[str, Entry] = {
    "S101": Entry(
        "没有安装内置 PostgreSQL {version}",
        "the embedded PostgreSQL {version} is not installed",
        "pip install 'tongchou[server]'，或以 DATABASE_URL 指定已有的数据库（16 或更新）",
        "pip install 'tongchou[server]', or name a database of your own (16 or later) in DATABASE_URL",
    ),
    "S102": Entry(
        "以 root 启动时数据库须用专门的账户，账户 {account} 不存在，也建不了",
        "started by root, the database needs an account of its own; there is no account {account}, nor can it be made",
        "useradd --system {account}，或以普通账户启动",
        "useradd --system {account}, or start as an ordinary account",
    ),
    "S103": Entry(
        "账户 {account} 进不了 {folder}",
        "the account {account} cannot reach {folder}",
        "换一个它进得了的数据文件夹，例如 /var/lib/tongchou",
        "choose a data folder within its reach, such as /var/lib/tongchou",
    ),
    "S104": Entry(
        "数据库没有启动：{reason}",
        "the database did not start: {reason}",
        "看日志 {log}",
        "read the log {log}",
    ),
    "S105": Entry(
        "{folder} 里已有别人的东西，不属于账户 {account}",
        "{folder} holds things that do not belong to the account {account}",
        "换一个空的数据文件夹；别人的文件夹不会改动",
        "choose an empty data folder; folders of others are left as they are",
    ),
    "S106": Entry(
        "DATABASE_URL 看不懂",
        "DATABASE_URL cannot be read",
        "写成 postgresql://用户:密码@主机:端口/数据库",
        "write it as postgresql://user:password@host:port/database",
    ),
    "S107": Entry(
        "数据库是 PostgreSQL {version}，需要 16 或更新",
        "the database is PostgreSQL {version}; 16 or later is needed",
        "升级数据库，或不设 DATABASE_URL 而用内置的",
        "upgrade it, or leave DATABASE_URL out and use the embedded one",
    ),
    "S108": Entry("没有做成：{reason}", "it could not be done: {reason}", "改正后再做", "put it right and try again"),
    "S109": Entry("不是完好的备份：{reason}", "this is no sound backup: {reason_en}", "换一份备份", "take another one"),
    "S110": Entry(
        "数据库不是空的，备份只恢复到空的数据库",
        "the database is not empty; a backup is only restored into an empty one",
        "换一个空的数据文件夹（TONGCHOU_HOME）再恢复",
        "restore it with another, empty data folder (TONGCHOU_HOME)",
    ),
    "S201": Entry(
        "{folder} 里没有可用的密钥文件 keys.json",
        "{folder} holds no usable keys.json",
        "tongchou keys make 生成；若是恢复备份，密钥要从单独保管处取回",
        "tongchou keys make writes one; when restoring a backup, bring the keys from where they are kept",
    ),
    "S202": Entry(
        "没有第 {key} 号密钥",
        "key {key} is missing",
        "从单独保管处取回完整的密钥文件",
        "bring the complete file of keys from where it is kept",
    ),
    "S203": Entry(
        "{about} 的密文打不开：被改动过，或不是这里写的",
        "the sealed text in {about} does not open: it was changed, or written elsewhere",
        "对照备份查明原因",
        "find out why from a backup",
    ),
    "S301": Entry(
        "另一笔业务正在办理同一{what}",
        "another transaction is at work on the same {what}",
        "稍后再试",
        "try again in a moment",
    ),
    "S302": Entry(
        "数据库此刻办不了：{reason}",
        "the database cannot take this now: {reason_en}",
        "稍后用原报文号再发一次：没有办成的会办，已经办成的答复不变；仍不行就看数据库日志和磁盘",
        "send it again under the same message id: what was not done is done then, what was done is answered as it was;"
        " if that does not help, look at the database's log and the disk",
    ),
}
