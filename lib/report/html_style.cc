#include "report/html_page.h"

namespace mlops::report {
namespace {

constexpr std::string_view kStyle = R"css(
:root{color-scheme:light dark;
--bg:#f6f7f9;--card:#fff;--ink:#1b1f27;--soft:#5c6573;--faint:#69727f;--line:#e2e5ea;--hair:#eef0f3;--shade:#1b1f2729;
--old:#8792a5;--new:#2f6fde;--good:#187a4a;--bad:#c2303a;--warn:#946000;--none:#636b78;
--solid-good:#1a7f4e;--solid-bad:#c2303a;--solid-warn:#8a5800;--solid-none:#5c6573;
--good-bg:#e5f5ec;--bad-bg:#fdeaeb;--warn-bg:#fdf3dc;--none-bg:#eef0f3}
@media screen and (prefers-color-scheme:dark){:root{
--bg:#12151b;--card:#1a1e26;--ink:#e7eaf0;--soft:#a5aebc;--faint:#8590a1;--line:#2c323d;--hair:#242933;--shade:#0009;
--old:#8390a5;--new:#6ea0f7;--good:#5ecb93;--bad:#f5808a;--warn:#e5b454;--none:#a0a9b8;
--good-bg:#16301f;--bad-bg:#3a1a1e;--warn-bg:#352a12;--none-bg:#262b35}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);
font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;
font-variant-numeric:tabular-nums;-webkit-text-size-adjust:100%}
main{max-width:1120px;margin:0 auto;padding:32px 24px 64px}
h1{font-size:26px;line-height:1.25;margin:2px 0 0;letter-spacing:-.01em;overflow-wrap:anywhere}
h2{font-size:20px;margin:0;letter-spacing:-.005em;overflow-wrap:anywhere}
h3{font-size:15px;margin:32px 0 10px;font-weight:650}
p{margin:0}
.over{font-size:12px;letter-spacing:.08em;text-transform:uppercase;color:var(--faint);font-weight:600}
.arrow{color:var(--faint);font-weight:400;padding:0 .15em}
.banner{margin:20px 0 8px;padding:18px 20px;border-radius:12px;background:var(--none-bg);color:var(--ink);
display:flex;gap:18px;align-items:flex-start;border:1px solid var(--line)}
.banner>b{flex:none;font-size:14px;line-height:1;letter-spacing:.06em;text-transform:uppercase;font-weight:700;
padding:9px 14px;border-radius:8px;color:#fff;background:var(--solid-none)}
.banner.pass{background:var(--good-bg)}.banner.fail{background:var(--bad-bg)}
.banner.warn,.banner.insufficient{background:var(--warn-bg)}
.banner.pass>b{background:var(--solid-good)}.banner.fail>b{background:var(--solid-bad)}
.banner.warn>b,.banner.insufficient>b{background:var(--solid-warn)}
.banner p{font-size:18px;line-height:1.45;font-weight:550;overflow-wrap:anywhere}
.banner ul{margin:8px 0 0;padding:0 0 0 18px;font-size:14px;overflow-wrap:anywhere}
.meta{color:var(--soft);font-size:13px;margin-top:10px;overflow-wrap:anywhere}
.pill{display:inline-block;padding:1px 9px;border-radius:99px;font-size:13px;font-weight:650;
line-height:1.5;white-space:nowrap;background:var(--none-bg);color:var(--none)}
.pill.pass{background:var(--good-bg);color:var(--good)}.pill.fail{background:var(--bad-bg);color:var(--bad)}
.pill.warn,.pill.insufficient{background:var(--warn-bg);color:var(--warn)}
.set{margin-top:44px;padding-top:26px;border-top:1px solid var(--line)}
.sethead{display:flex;gap:12px;align-items:center;flex-wrap:wrap}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(128px,1fr));gap:10px;margin:18px 0 0}
.tile{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:10px 14px 11px}
.tile b{display:block;font-size:22px;line-height:1.3;font-weight:650;letter-spacing:-.01em}
.tile span{color:var(--soft);font-size:13px;line-height:1.3;display:block}
.card{background:var(--card);border:1px solid var(--line);border-radius:10px}
.scroll{overflow-x:auto;background:linear-gradient(90deg,var(--card) 40%,transparent) 0 0/30px 100% no-repeat local,
linear-gradient(270deg,var(--card) 40%,transparent) 100% 0/30px 100% no-repeat local,
linear-gradient(90deg,var(--shade),transparent) 0 0/12px 100% no-repeat scroll,
linear-gradient(270deg,var(--shade),transparent) 100% 0/12px 100% no-repeat scroll,var(--card)}
table{border-collapse:collapse;width:100%;font-size:14px}
th,td{padding:8px 12px;text-align:left;vertical-align:baseline;border-top:1px solid var(--hair)}
thead th{border-top:0;border-bottom:1px solid var(--line);color:var(--soft);font-size:12.5px;
font-weight:600;white-space:nowrap}
tbody tr:first-child>*{border-top:0}
tbody th{font-weight:550}
.num{text-align:right;white-space:nowrap}
.nowrap{white-space:nowrap}
.sub{display:block;color:var(--soft);font-size:12.5px;font-weight:400;line-height:1.4}
.soft{color:var(--soft)}.good{color:var(--good)}.bad{color:var(--bad)}
.grid{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,440px),1fr));gap:14px;margin-top:14px}
.flow{columns:330px;column-gap:14px;margin-top:14px}.flow figure{break-inside:avoid;margin-bottom:14px}
.flow .wide{column-span:all}
figure{margin:0;padding:14px 16px 12px;background:var(--card);border:1px solid var(--line);border-radius:10px}
figcaption{font-weight:650;font-size:14px}
figcaption .sub{margin-bottom:8px}
svg{display:block;width:100%;max-width:460px;height:auto;overflow:visible}
svg.bar{width:150px;height:22px;max-width:none}td.ci{vertical-align:middle;width:176px}.corner{white-space:nowrap}td.corner:first-child{width:1px}
h3+.meta{margin:-6px 0 10px}
svg text{fill:var(--soft);font-size:11px;font-family:inherit}
.axis{stroke:var(--line);stroke-width:1}.zero{stroke:var(--faint);stroke-width:1}
.diag{stroke:var(--faint);stroke-width:1;stroke-dasharray:3 4}
.o-line,.n-line{fill:none;stroke-width:1.5;opacity:.6}.o-line{stroke:var(--old)}.n-line{stroke:var(--new)}
.o-dot{fill:var(--old);stroke:var(--old)}.n-dot{fill:var(--new);stroke:var(--new)}
.o-dot,.n-dot{stroke-width:1.5}.few{fill:var(--card)}
svg .tiny{font-size:10px}svg .n-text{fill:var(--new)}
.o-fill{fill:var(--old)}.n-fill{fill:var(--new)}.soft-fill{fill:var(--none-bg)}
.k-good{stroke:var(--good);fill:var(--good)}.k-bad{stroke:var(--bad);fill:var(--bad)}
.k-none{stroke:var(--none);fill:var(--none)}
.legend{display:flex;gap:16px;color:var(--soft);font-size:12.5px;margin-top:8px;flex-wrap:wrap}
.legend i{display:inline-block;width:10px;height:10px;border-radius:3px;margin-right:6px}
.legend .o{background:var(--old)}.legend .n{background:var(--new)}
.bars{font-size:13.5px}.bars th,.bars td{padding:7px 8px}.bars tr>:first-child{padding-left:0}
.bars tr>:last-child{padding-right:0}.bars .sub{font-size:12px}.bars th{overflow-wrap:anywhere}
.pair{width:40%;min-width:72px;vertical-align:middle}.pair i{display:block;height:9px;border-radius:2px;margin:2px 0}
.pair .o{background:var(--old)}.pair .n{background:var(--new)}
.matrix{width:auto;margin:4px 0 2px;font-size:14px}
.matrix td{text-align:center;min-width:58px;border:3px solid var(--card);border-radius:8px;padding:9px 10px}
.matrix th{border:0;color:var(--soft);font-weight:550;font-size:13px;padding:4px 8px;
max-width:132px;overflow-wrap:anywhere;vertical-align:middle}.matrix tr:first-child th{text-align:center;vertical-align:bottom}
.same{background:var(--none-bg)}.moved{background:color-mix(in srgb,var(--new) 22%,var(--card));font-weight:650}
ul.notes{margin:10px 0 0;padding-left:20px;color:var(--soft);font-size:14px}
.sortable thead th{cursor:pointer}
.sortable button::after{content:" \2195";color:var(--faint);font-weight:400}
.sortable [aria-sort=ascending] button::after{content:" \2191";color:inherit}
.sortable [aria-sort=descending] button::after{content:" \2193";color:inherit}
tbody th,td{overflow-wrap:anywhere}.num,.corner{overflow-wrap:normal}
th button{all:unset;cursor:pointer}th button:focus-visible{outline:2px solid var(--new);border-radius:3px}
footer{margin-top:48px;color:var(--soft);font-size:12.5px;overflow-wrap:anywhere}
td.mark{width:1%;white-space:nowrap}
@media(max-width:640px){main{padding:20px 14px 40px}h1{font-size:21px}
.banner{flex-direction:column;gap:12px;padding:16px}.banner p{font-size:16px}
th,td{padding:7px 9px}.tiles{grid-template-columns:repeat(2,1fr)}
.stack,.stack tbody{display:block}.stack thead{display:none}
.stack tr{display:flex;flex-wrap:wrap;gap:3px 16px;padding:11px 12px;border-top:1px solid var(--hair);position:relative}
.stack tbody tr:first-child{border-top:0}
.stack th,.stack td{display:block;border:0;padding:0;text-align:left;white-space:normal}
.stack th{flex:0 0 100%}.stack td:empty{display:none}
.stack td.corner{position:absolute;top:11px;right:12px;width:auto}.stack tr:has(.corner:not(:empty)) th{padding-right:112px}
.stack td[data-l]::before{content:attr(data-l);display:block;color:var(--soft);font-size:12px;font-weight:400}
.stack tr::after{content:"";flex:0 0 100%;margin-bottom:-3px;order:1}
.stack .below{order:2}.stack .below::before{display:inline!important;margin-right:6px}
.stack td.mark{width:auto}
.stack td.ci{order:3;flex:0 0 100%;width:auto}
.bars,.bars tbody{display:block}.bars tr{display:flex;flex-wrap:wrap;gap:2px 14px;padding:8px 0;border-top:1px solid var(--hair)}
.bars tbody tr:first-child{border-top:0}.bars th,.bars td{border:0;padding:0}
.bars th{flex:0 0 100%}.bars .pair{flex:1 1 90px;align-self:center}}
@media print{body{background:#fff;font-size:12px}main{max-width:none;padding:0}.scroll{overflow:visible;background:none}
.card,figure,.tile,.banner,tr{break-inside:avoid}h2,h3{break-after:avoid}
.set{margin-top:24px}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
)css";

constexpr std::string_view kScript = R"js(
for(const table of document.querySelectorAll('table.sortable')){
  const heads=[...table.tHead.rows[0].cells];
  heads.forEach((head,column)=>{
    const button=document.createElement('button');
    button.textContent=head.textContent;head.textContent='';head.append(button);
    head.addEventListener('click',()=>{
      const down=head.getAttribute('aria-sort')!=='descending';
      heads.forEach(other=>other.removeAttribute('aria-sort'));
      head.setAttribute('aria-sort',down?'descending':'ascending');
      const value=row=>row.cells[column].dataset.v??row.cells[column].textContent;
      const order=(a,b)=>{const x=Number(value(a)),y=Number(value(b));
        return isNaN(x)||isNaN(y)?value(a).localeCompare(value(b)):x-y};
      const rows=[...table.tBodies[0].rows].sort((a,b)=>down?order(b,a):order(a,b));
      table.tBodies[0].append(...rows);
    });
  });
}
)js";

}  // namespace

std::string_view page_style() {
  return kStyle;
}

std::string_view page_script() {
  return kScript;
}

}  // namespace mlops::report
