/** The look of the page: light or dark as the reader prefers, and narrow enough for a phone. */
export const style = `
:root{color-scheme:light dark;--bg:#fff;--fg:#1c2733;--soft:#66727f;--rule:#dfe4ea;--c0:#2563eb;--c1:#d97706;--c2:#059669;--bad:#b91c1c;--good:#047857}
@media(prefers-color-scheme:dark){:root{--bg:#12181f;--fg:#e4e9ef;--soft:#94a1af;--rule:#2c3743;--c0:#7aa7ff;--c1:#f5b14c;--c2:#4cd3a2;--bad:#ff8a8a;--good:#4cd3a2}}
body{background:var(--bg);color:var(--fg);font:16px/1.5 system-ui,sans-serif;max-width:760px;margin:0 auto;padding:1rem}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}
.good{color:var(--good)}.bad{color:var(--bad)}.note,small{color:var(--soft)}
.wide{overflow-x:auto;margin:1rem 0}table{border-collapse:collapse;font-variant-numeric:tabular-nums}
th,td{padding:.25rem .75rem .25rem 0;text-align:left;border-bottom:1px solid var(--rule);white-space:nowrap}th{font-weight:600;color:var(--soft)}
figure{margin:1.5rem 0}figcaption{font-weight:600}svg{width:100%;height:auto}
svg text{fill:var(--soft);font-size:11px}.grid{stroke:var(--rule)}
.line{fill:none;stroke-width:1.5;stroke-linejoin:round}.line.c0{stroke:var(--c0)}.line.c1{stroke:var(--c1)}.line.c2{stroke:var(--c2)}.bar{fill:var(--c0)}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:1rem;padding:0;margin:.25rem 0}
.legend li::before{content:"";display:inline-block;width:.8em;height:.8em;margin-right:.4em;border-radius:2px;background:currentColor}
.legend .c0{color:var(--c0)}.legend .c1{color:var(--c1)}.legend .c2{color:var(--c2)}
`;
