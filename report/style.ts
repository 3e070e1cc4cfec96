// The page's looks: light and dark, from a phone to a desk; the colours are told apart by every kind of colour blindness, and never alone.

export const STYLE = `
:root{color-scheme:light dark;--ink:#1c2430;--faint:#55606f;--rule:#d5dbe3;--paper:#fff;--card:#f6f8fa;--train:#1769aa;--val:#b3500b;--cell:23,105,170;--good:#1a6e37;--bad:#a8321c;--link:#1258a0}
@media(prefers-color-scheme:dark){:root{--ink:#e6eaf0;--faint:#a9b3bf;--rule:#3a4450;--paper:#14181d;--card:#1b2128;--train:#6cb6f5;--val:#f2a365;--cell:108,182,245;--good:#7fd69b;--bad:#ff9b85;--link:#8cc4fa}}
*{box-sizing:border-box}
body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:60rem;margin:0 auto;padding:1.5rem 1rem 4rem}
h1{margin:0;line-height:1.2;overflow-wrap:anywhere}h2{margin:2.6rem 0 .6rem;font-size:1.25rem}p{margin:.3rem 0}p,figcaption,.faint{color:var(--faint)}
nav{margin:1rem 0 0;font-size:.9rem;display:flex;flex-wrap:wrap;gap:.2rem 1rem}nav a,a{color:var(--link)}
code{font:.9em ui-monospace,monospace;color:var(--ink)}
table{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums}th,td{padding:.25rem .7rem;text-align:right;border-bottom:1px solid var(--rule)}th:first-child,td:first-child{text-align:left;padding-left:0}th{font-weight:600}tbody th{font-weight:400}
.wide{overflow-x:auto}.wide:focus-visible,summary:focus-visible,a:focus-visible{outline:2px solid var(--link);outline-offset:2px}
.confusion td,.confusion th{padding:.3rem .4rem;min-width:2.2rem;text-align:center}.confusion tbody th{text-align:right}.confusion .diagonal{font-weight:600}
svg{display:block;width:100%;height:auto}svg text{fill:var(--faint);font-size:12px}.grid{stroke:var(--rule)}
.train,.val{fill:none;stroke-width:2;stroke:var(--train)}.val{stroke:var(--val);stroke-dasharray:6 4}.dot{fill:var(--val)}.chance{stroke:var(--rule);stroke-dasharray:3 3}.alarm{fill:var(--bad)}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(18rem,100%),1fr));gap:1rem}figure{margin:.6rem 0}.big svg{min-width:42rem}
.key{display:inline-block;width:1.4em;border-top:3px solid var(--train);vertical-align:middle;margin:0 .3em 0 1em}.key.v{border-top:3px dashed var(--val)}.key.a{border-top:6px solid var(--bad)}
svg .on-box{fill:#fff}.box{stroke:var(--paper);stroke-width:1.5}.hue0{fill:#1769aa}.hue1{fill:#8a5a00}.hue2{fill:#23703a}.hue3{fill:#8b3a86}.hue4{fill:#a3402f}.hue5{fill:#4b5a8f}.hue6{fill:#0b6b6b}.hue7{fill:#59636e}
.bars{width:100%}.bars th,.bars td{white-space:nowrap}.bars tbody th,.bars thead th:nth-child(-n+2){white-space:normal}.bars tbody th{overflow-wrap:break-word;max-width:15rem}.bars small{display:block;color:var(--faint);font-size:.75rem}.bars thead th:nth-child(2){text-align:left;font-weight:400;color:var(--faint)}.bars td.bar{width:50%;min-width:5rem;padding:0 .5rem}.limited{max-width:36rem}.bars .bar i{display:block;height:.8rem;background:var(--train);min-width:1px}.bars td.bar i.over{background:var(--bad)}
.missing{background:var(--card);border-left:3px solid var(--rule);padding:.5rem .8rem}.good{color:var(--good);font-weight:600}.bad{color:var(--bad);font-weight:600}
figcaption,h3{overflow-wrap:anywhere}h3{margin:1.4rem 0 .2rem}
details{margin:.5rem 0}summary{cursor:pointer;color:var(--link)}
@media(max-width:34rem){.bars td.bar{width:35%;min-width:3.5rem}.bars tbody th{max-width:9rem}th,td{padding:.25rem .4rem}table{font-size:.85rem}}
@media print{details{display:block}}`;
