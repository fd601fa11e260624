"""Messages about posting what was settled in bulk (V5)."""

from __future__ import annotations

from tongchou.ground.entry import Entry

MESSAGES: dict[str, Entry] = {
    "V501": Entry(
        "不能载入：{what}",
        "cannot be posted: {what}",
        "数据用 Parquet；结果用 tongchou settle --trace 生成",
        "data are Parquet, results are written by tongchou settle --trace",
    ),
    "V502": Entry(
        "结果与数据或记录不符：{what}",
        "the results do not agree with the data or the record: {what}",
        "用同一政策包重新结算这些数据；这些人在记录中的结算不能多于结果所知",
        "settle these data again under the same pack; the record may hold nothing of these people that it did not know",
    ),
    "V503": Entry(
        "记录中没有“{value}”",
        "the record does not know {value}",
        "先登记此人或此机构，再对应编号",
        "register the person or institution first, and say which it is",
    ),
    "V504": Entry(
        "家庭“{value}”与记录中的家庭不同",
        "household {value} is another one in the record",
        "先在记录中更正家庭成员",
        "correct who lives together in the record first",
    ),
    "V505": Entry(
        "账户 {value} 在数据中有 {data} 元，在记录中有 {record} 元",
        "account {value} holds {data} yuan in the data and {record} in the record",
        "核对账户余额后重新结算",
        "correct the balance and settle again",
    ),
    "V506": Entry(
        "{person} 的账户会少 {fen} 元",
        "an account of {person} would fall {fen} yuan below nothing",
        "核对账户余额后重新结算",
        "correct the balance and settle again",
    ),
}
