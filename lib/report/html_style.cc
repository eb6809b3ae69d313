#include "report/html_page.h"

namespace mlops::report {

std::string_view page_style() {
  return R"css(
:root{color-scheme:light dark;
--bg:#f6f7f9;--card:#fff;--ink:#1b1f27;--soft:#5c6573;--faint:#8a93a1;--line:#e2e5ea;--hair:#eef0f3;
--old:#98a2b3;--new:#2f6fde;--good:#1a7f4e;--bad:#c2303a;--warn:#9a6200;--none:#6a7280;
--good-bg:#e5f5ec;--bad-bg:#fdeaeb;--warn-bg:#fdf3dc;--none-bg:#eef0f3}
@media(prefers-color-scheme:dark){:root{
--bg:#12151b;--card:#1a1e26;--ink:#e7eaf0;--soft:#a5aebc;--faint:#7c8696;--line:#2c323d;--hair:#242933;
--old:#748093;--new:#6ea0f7;--good:#5ecb93;--bad:#f5808a;--warn:#e5b454;--none:#a0a9b8;
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
.banner{margin:20px 0 8px;padding:18px 20px;border-radius:10px;background:var(--card);
border:1px solid var(--line);border-left:6px solid var(--none);display:flex;gap:16px;align-items:baseline}
.banner.pass{border-left-color:var(--good)}.banner.fail{border-left-color:var(--bad)}
.banner.warn,.banner.insufficient{border-left-color:var(--warn)}
.banner .pill{font-size:15px;padding:3px 12px}
.banner p{font-size:17px;line-height:1.45;overflow-wrap:anywhere}
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
.scroll{overflow-x:auto}
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
tr.quiet td,tr.quiet th{color:var(--soft);font-weight:400}
.grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,330px),1fr));gap:14px;margin-top:14px}
figure{margin:0;padding:14px 16px 12px;background:var(--card);border:1px solid var(--line);border-radius:10px}
figcaption{font-weight:650;font-size:14px}
figcaption .sub{margin-bottom:8px}
svg{display:block;width:100%;max-width:460px;height:auto;overflow:visible}
svg.bar{width:150px;height:22px}
svg text{fill:var(--soft);font-size:11px;font-family:inherit}
.axis{stroke:var(--line);stroke-width:1}.zero{stroke:var(--faint);stroke-width:1}
.diag{stroke:var(--faint);stroke-width:1;stroke-dasharray:3 4}
.o-line{stroke:var(--old);fill:none;stroke-width:2}.n-line{stroke:var(--new);fill:none;stroke-width:2}
.o-fill{fill:var(--old)}.n-fill{fill:var(--new)}.soft-fill{fill:var(--none-bg)}
.k-good{stroke:var(--good);fill:var(--good)}.k-bad{stroke:var(--bad);fill:var(--bad)}
.k-none{stroke:var(--none);fill:var(--none)}
.legend{display:flex;gap:16px;color:var(--soft);font-size:12.5px;margin-top:8px;flex-wrap:wrap}
.legend i{display:inline-block;width:10px;height:10px;border-radius:3px;margin-right:6px}
.legend .o{background:var(--old)}.legend .n{background:var(--new)}
.matrix{width:auto;margin:4px 0 2px;font-size:14px}
.matrix td{text-align:center;min-width:64px;border:3px solid var(--card);border-radius:8px;padding:9px 10px}
.matrix th{border:0;color:var(--soft);font-weight:550;font-size:13px;padding:4px 8px}
.same{background:var(--none-bg)}.moved{background:color-mix(in srgb,var(--new) 22%,var(--card));font-weight:650}
ul.notes{margin:10px 0 0;padding-left:20px;color:var(--soft);font-size:14px}
.sortable thead th{cursor:pointer}
.sortable th[aria-sort=ascending]::after{content:" \2191"}
.sortable th[aria-sort=descending]::after{content:" \2193"}
th button{all:unset;cursor:pointer}th button:focus-visible{outline:2px solid var(--new);border-radius:3px}
footer{margin-top:48px;color:var(--faint);font-size:12.5px;overflow-wrap:anywhere}
@media(max-width:640px){main{padding:20px 14px 40px}h1{font-size:21px}.banner{flex-direction:column;gap:8px;padding:14px 16px}
.banner p{font-size:16px}th,td{padding:7px 9px}.tiles{grid-template-columns:repeat(2,1fr)}}
@media print{body{background:#fff}.card,figure,.tile,.banner{break-inside:avoid}}
)css";
}

std::string_view page_script() {
  return R"js(
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
}

}  // namespace mlops::report
