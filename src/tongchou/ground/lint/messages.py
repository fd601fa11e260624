"""Messages of lint: L2 an error with its witness, W3 a warning that a folder may acknowledge with a citation."""

from __future__ import annotations

from tongchou.ground.entry import Entry

MESSAGES: dict[str, Entry] = {
    "L201": Entry("“{address}”自 {day} 至 {through} 没有值(按 {by})", "'{address}' has no value from {day} through {through} (by {by})", "补上这段日期的条款,或改前后的起止日", "declare the provision of those days or move the dates around them"),
    "L202": Entry("“{address}”自 {day} 起没有值(按 {by}),而本包仍支持以后的日期", "'{address}' has no value from {day} on (by {by}), though the folder supports later days", "补后续条款,或收短 region.yaml 的 supports", "declare what follows or shorten `supports` in region.yaml"),
    "L203": Entry("指数“{name}”没有 {year} 年的值,而 {address} 那时要用", "the index '{name}' has no value for {year}, when {address} asks for it", "补上该年的值,或写 carry: forward", "add that year or write carry: forward"),
    "L210": Entry("“{address}”的表没有 {dimension}={word} 这一格;例:{witness}", "the table of '{address}' has no cell for {dimension}={word}; witness: {witness}", "补这一格,或写“其他”", "add the cell, or one for 其他"),
    "L211": Entry("“{name}”有人哪一类都不属于;例:{witness}", "nothing of '{name}' fits this claim: {witness}", "改条件,使恰有一类成立", "mend the conditions so that exactly one holds"),
    "L212": Entry("“{name}”的 {words} 会同时成立;例:{witness}", "{words} of '{name}' both hold for: {witness}", "改条件,使恰有一类成立", "mend the conditions so that exactly one holds"),
    "L220": Entry("“{address}”第 {row} 段的边界没有递增:{edges};例:{witness}", "the edge of band {row} of '{address}' does not rise: {edges}; witness: {witness}", "核对各段边界", "check the edges"),
    "L221": Entry("“{address}”只有一段,又写 above {value}:它之下怎样支付没有说", "'{address}' has one band, above {value}: what is paid below it is not said", "从零起就按这个比例的写 ratio;否则补前一段,或写起付线", "write `ratio` if it counts from zero; else add the band before it or a deductible"),
    "L222": Entry("“{address}”最后一段的 above 与前一段的 upto 不相接:{edges};例:{witness}", "the last band of '{address}' does not begin where the one before ends: {edges}; witness: {witness}", "使 above 等于前一段的 upto", "make `above` equal to the `upto` before it"),
    "L230": Entry("“{address}”的 {key} 算得 {value}({parts}),不在 0 到 100% 之间;例:{witness}", "{key} of '{address}' comes to {value} ({parts}), outside 0 to 100 %; witness: {witness}", "核对比例和各项加减,或写 clamp", "check the ratio and its changes, or declare a clamp"),
    "L231": Entry("“{address}”的 {key} 会是负数 {value};例:{witness}", "{key} of '{address}' can be negative, {value}; witness: {witness}", "改数或公式,必要时写 max(0, …)", "mend the figure or formula, with max(0, …) where it may fall below"),
    "L240": Entry("“{address}”取的 {pot} 已被 {earlier} 层全部取走({other}),{layer} 取不到;例:{witness}", "'{address}' takes {pot}, all of which layer {earlier} took before ({other}); nothing is left for {layer}; witness: {witness}", "改取 {earlier} 留下的部分(deductible_part、own_share、over_cap),或写系数", "take what {earlier} left (deductible_part, own_share, over_cap) or write coefficients"),
    "L241": Entry("“{address}”有两项都取 {pot},后一项取不到({other});例:{witness}", "two terms of '{address}' take {pot}; the second finds nothing ({other}); witness: {witness}", "留一项", "keep one"),
    "L242": Entry("“{address}”要取 {pot},而这一层在这种就诊里不在它之前(次序 {order});例:{witness}", "'{address}' takes {pot}, but that layer does not come before it in this visit (order {order}); witness: {witness}", "改 visits 的次序,或不取它", "change the order in visits, or do not take it"),
    "L250": Entry("没有一种就诊用到“{address}”这一层", "no visit is served by the layer '{address}'", "写进 visits,或删去", "put it into visits or delete it"),
    "L251": Entry("就诊“{kind}”没有任何一层;例:{witness}", "no layer serves the visit '{kind}'; witness: {witness}", "写上它的各层,或删去", "name its layers or delete it"),
    "L252": Entry("“{address}”没有 takes;例:{witness}", "'{address}' has no takes; witness: {witness}", "声明它承担哪部分费用,并使日期盖住本包支持的日子", "declare what it takes, for all the days the folder supports"),
    "L253": Entry("“{address}”既没有 bands 也没有 ratio;例:{witness}", "'{address}' has neither bands nor a ratio; witness: {witness}", "声明支付比例", "declare how much it pays"),
    "L254": Entry("“{address}”同时有 bands({other})和 ratio;例:{witness}", "'{address}' has bands ({other}) and a ratio at once; witness: {witness}", "留一种", "keep one"),
    "L260": Entry("“{address}”写了 {value},而 {cite} 的 says 里没有这个数", "'{address}' sets {value}, which the restatement of {cite} does not state", "在 says 里照原文写出这个数,或更正", "state the figure in `says` as the decree does, or correct it"),
    "L261": Entry("says 里的 {value} 在 {source} {cite} 的原文里找不到", "{value} in `says` is not in the text of {source} {cite}", "对照原文更正数或条款", "correct the figure or the citation against the decree"),
    "L262": Entry("{source} 的原文里找不到 {cite}(找的是 {looked_for})", "{source} has no {cite} (looked for {looked_for})", "更正条款号", "correct the citation"),
    "L263": Entry("读不到原文 {file}", "the decree's text {file} cannot be read", "把文件放进 --sources 的文件夹,或更正 sources.yaml 的 file", "put it into the --sources folder or correct `file` in sources.yaml"),
    "L264": Entry("{file} 与登记的 sha256 不同(实为 {found})", "{file} does not have the recorded sha256 (it is {found})", "核对是不是同一份文件,再改 sha256", "make sure it is the same document, then correct sha256"),
    "L265": Entry("看不懂条款号“{cite}”", "the citation '{cite}' cannot be understood", "写成 四.2、二(一)3、第五条第二款 这样", "write it like 四.2, 二(一)3, 第五条第二款"),
    "L271": Entry("决定 {address} 所列的案例“{case}”不存在", "decision {address} names the case '{case}', which does not exist", "补案例,或更正编号", "add the case or correct its id"),
    "W301": Entry("“{address}”自 {day} 起不再有值(按 {by})", "'{address}' has no value from {day} on (by {by})", "续期的补上后续条款;确已停止的在 decisions.yaml 的 acknowledged 里写明依据", "declare what follows, or acknowledge in decisions.yaml that it ended"),
    "W302": Entry("“{address}”第 {row} 段:{high} 高于 {low},级别高的医院报得多;例:{witness}", "band {row} of '{address}': {high} against {low}; the higher level pays more; witness: {witness}", "核对;原文如此的在 decisions.yaml 的 acknowledged 里写明条款", "check it; if the decree says so, acknowledge it with its article in decisions.yaml"),
    "W303": Entry("“{address}”:{high} 低于 {low},级别高的医院起付线低;例:{witness}", "'{address}': {high} against {low}; the higher level has the lower deductible; witness: {witness}", "核对;原文如此的在 decisions.yaml 的 acknowledged 里写明条款", "check it; if the decree says so, acknowledge it with its article in decisions.yaml"),
    "W304": Entry("已确认的 {finding}(“{address}”)没有再出现", "the acknowledged {finding} at '{address}' was not found", "删去这条确认,或更正地址", "delete the acknowledgement or correct its address"),
    "W305": Entry("{address} 的复核日 {day} 已过", "the review of {address} was due on {day}", "核对条款是否仍有效,再改 review_by", "see whether it still holds, then move review_by"),
    "W306": Entry("没有条款或案例引用来源 {address}", "no article or case cites the source {address}", "引用它,或删去", "cite it or delete it"),
    "W307": Entry("来源 {address}《{title}》未经核实", "the source {address} ({title}) is unverified", "找到正式文本后改 evidence;在此之前结果只能说明算法", "find the official text and change `evidence`; until then results prove arithmetic only"),
    "W308": Entry("“{address}”没有写依据或公布日期", "'{address}' has no citation or date of publication", "补 cite(指数还要 published)", "add cite (and published for an index)"),
    "W309": Entry("“{address}”有 {size} 种组合,只均匀查了 {limit} 种({axes})", "'{address}' has {size} combinations; only {limit} of them, evenly spread, were looked at ({axes})", "拆成几个事实,或减少它依赖的事实", "split it or let it depend on fewer facts"),
    "W310": Entry("“{address}”有 {count}/{total} 格没有案例算到:{cells}", "no case reaches {count} of {total} cells of '{address}': {cells}", "为它们各写一个案例", "write a case for each"),
}  # fmt: skip
