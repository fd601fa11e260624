"""The look of the page: readable on a phone, on paper, and in the dark; every colour keeps its contrast."""

STYLE = """
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#59636e;--paper:#fff;--line:#d1d9e0;--track:#eef1f4;
--total:#59636e;--fund:#0b6e4f;--account:#1f5fa8;--hospital:#8a5a00;--cash:#b3261e}
@media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9da7b1;--paper:#0f1419;--line:#3a434d;--track:#1d242b;
--total:#9da7b1;--fund:#3fb68b;--account:#6ea8fe;--hospital:#e0a63a;--cash:#ff8a80}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:56rem;padding:1rem;color:var(--ink);background:var(--paper);line-height:1.65;
font-family:system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Source Han Sans SC",sans-serif}
h1{font-size:1.5rem;margin:.5rem 0 0}h2{font-size:1.15rem;margin:1.8rem 0 .3rem}h3{font-size:1rem;margin:.8rem 0 .2rem}
.region,.unit{color:var(--soft);margin:.2rem 0}
dl{display:flex;flex-wrap:wrap;gap:.2rem 1rem;margin:.3rem 0}dt,dd{display:inline;margin:0}dt{color:var(--soft)}
input[name=lang]{position:absolute;opacity:0}
label{display:inline-block;padding:.3rem .9rem;border:1px solid var(--line);border-radius:1rem;cursor:pointer;
font-size:.9rem}
input:checked+label{background:var(--ink);color:var(--paper)}
input:focus-visible+label{outline:3px solid var(--account);outline-offset:2px}
main{display:none}#show-zh:checked~main.zh,#show-en:checked~main.en{display:block}
figure{margin:1rem 0}.waterfall{display:block}.legend{display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;list-style:none;
margin:.5rem 0;padding:0;font-size:.9rem;color:var(--soft)}.key{vertical-align:-.1em}
.waterfall text{font-size:15px;fill:var(--ink)}.waterfall .amount{text-anchor:end;font-variant-numeric:tabular-nums}
.waterfall .track{fill:var(--track)}
.total rect:not(.track){fill:var(--total)}.fund rect:not(.track){fill:var(--fund)}
.account rect:not(.track){fill:var(--account)}.hospital rect:not(.track){fill:var(--hospital)}
.cash rect:not(.track){fill:var(--cash)}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.9rem}
th,td{border-bottom:1px solid var(--line);padding:.35rem .5rem;text-align:left;vertical-align:top}
thead th{color:var(--soft);font-weight:600;white-space:nowrap}tbody th{font-weight:600}
.lines td,.lines th{min-width:4.5rem}
.formula,.money{font-variant-numeric:tabular-nums}.money{text-align:right;white-space:nowrap}
section:not(.lines) td:first-child{width:45%}section:not(.lines) td:last-child{width:23%}
summary{cursor:pointer;color:var(--soft)}
.refusal h2{color:var(--cash)}.absent li,.readings li,.sources li{margin:.2rem 0}
.ours{white-space:nowrap;border:1px solid var(--hospital);border-radius:.3rem;padding:0 .3rem;color:var(--hospital)}
@media (max-width:40rem){section:not(.lines) thead{position:absolute;clip-path:inset(50%)}
section:not(.lines) tr{display:block;border-bottom:1px solid var(--line);padding:.4rem 0}
section:not(.lines) td:nth-child(n){display:block;width:auto;border:0;padding:.1rem 0}
section:not(.lines) td:nth-child(n):empty{display:none}
.formula{color:var(--soft)}}
@media print{:root{color-scheme:light}body{max-width:none;padding:0;font-size:10.5pt}label{display:none}
.wide{overflow:visible}section{break-inside:avoid}figure rect{print-color-adjust:exact}}
"""
