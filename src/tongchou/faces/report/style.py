"""The look of the report: that of the explanation page; readable on a phone, on paper, and in the dark."""

STYLE = """
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#59636e;--paper:#fff;--line:#d1d9e0;--track:#eef1f4;
--more:#1f5fa8;--less:#8a5a00;--better:#0b6e4f;--worse:#b3261e;--a:#7a8794;--b:#1f5fa8}
@media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9da7b1;--paper:#0f1419;--line:#3a434d;--track:#1d242b;
--more:#6ea8fe;--less:#e0a63a;--better:#3fb68b;--worse:#ff8a80;--a:#8b98a5;--b:#6ea8fe}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:64rem;padding:1rem;color:var(--ink);background:var(--paper);line-height:1.65;
font-family:system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Source Han Sans SC",sans-serif}
h1{font-size:1.5rem;margin:.5rem 0 0}h2{font-size:1.2rem;margin:2rem 0 .3rem}h3{font-size:1rem;margin:1.2rem 0 .2rem}
h4{font-size:.9rem;margin:1rem 0 0;color:var(--soft)}
.soft,.note,figcaption{color:var(--soft);font-size:.9rem}.note{margin:.2rem 0 .6rem}
.lead{font-size:1.1rem;margin:1rem 0;padding:.6rem 1rem;border-left:4px solid var(--b);background:var(--track)}
.lead p{margin:.3rem 0}
.warn{margin:.6rem 0;padding:.5rem 1rem;border:2px solid var(--worse);border-radius:.3rem}
dl{margin:.3rem 0;display:grid;grid-template-columns:max-content 1fr;gap:.2rem .8rem}
dt{font-weight:600}dd{margin:0;min-width:0;overflow-wrap:anywhere}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.9rem}
th,td{border-bottom:1px solid var(--line);padding:.35rem .5rem;text-align:left;vertical-align:top}
thead th{color:var(--soft);font-weight:600;white-space:nowrap}
.number{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
tr.first>*{font-weight:600}td:first-child{min-width:5em}
figure{margin:1rem 0}figure svg{display:block}figure text{font-size:14px;fill:var(--ink)}
figure .end{text-anchor:end;font-variant-numeric:tabular-nums}figure .track{fill:var(--track)}
figure .axis{stroke:var(--soft);stroke-width:1}
.more{fill:var(--more)}.less{fill:var(--less)}.better{fill:var(--better)}.worse{fill:var(--worse)}
.same,.a{fill:var(--a)}.b{fill:var(--b)}
.legend{display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;list-style:none;margin:.5rem 0;padding:0}
.legend svg{display:inline;vertical-align:-.1em}
details{margin:.4rem 0}summary{cursor:pointer}.pair{display:grid;grid-template-columns:1fr 1fr;gap:1rem}
.pair>div{min-width:0}pre{white-space:pre-wrap;overflow-wrap:anywhere;font:inherit;font-size:.85rem;margin:0}
@media (max-width:44rem){.pair{grid-template-columns:1fr}h1{font-size:1.3rem}}
@media print{:root{color-scheme:light}body{max-width:none;padding:0;font-size:10pt}.wide{overflow:visible}
figure,tr{break-inside:avoid}figure rect{print-color-adjust:exact}}
"""
