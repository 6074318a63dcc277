/** The script of the HTML report: it moves the focus, filters and opens details; without it, the page reads the same. */
export const HTML_SCRIPT = `
(() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const filter = document.getElementById('filter');
  const shown = document.getElementById('shown');
  const expand = document.getElementById('expand');
  const articles = all('article.image');
  const rows = new Map(all('table.matrix tbody tr').map((row) => [row.dataset.file, row]));

  filter.addEventListener('input', () => {
    const wanted = filter.value.trim().toLowerCase();
    for (const article of articles) {
      const hidden = !article.dataset.name.toLowerCase().includes(wanted);
      article.hidden = hidden;
      rows.get(article.dataset.file).hidden = hidden;
    }
    for (const folder of all('table.matrix tr.folder')) {
      let row = folder.nextElementSibling;
      while (row && row.hidden) row = row.nextElementSibling;
      folder.hidden = !row || row.className === 'folder';
    }
    const count = articles.filter((article) => !article.hidden).length;
    shown.textContent = wanted === '' ? '' : count + ' of ' + articles.length;
  });

  const openAll = (open) => {
    for (const details of all('article.image:not([hidden]) details')) details.open = open;
    expand.textContent = open ? 'Close all reasons' : 'Open all reasons';
    expand.dataset.open = open ? 'yes' : 'no';
  };
  const toggleAll = () => openAll(expand.dataset.open !== 'yes');
  expand.addEventListener('click', toggleAll);
  addEventListener('beforeprint', () => { for (const details of all('details')) details.open = true; });

  const openTarget = () => {
    const target = document.getElementById(location.hash.slice(1));
    if (target && target.tagName === 'DETAILS') {
      target.open = true;
      target.querySelector('summary').focus({ preventScroll: true });
      target.scrollIntoView({ block: 'center' });
    }
  };
  addEventListener('hashchange', openTarget);
  openTarget();

  const moveCell = (key, cell) => {
    const row = cell.parentElement;
    if (key === 'ArrowLeft') return cell.previousElementSibling;
    if (key === 'ArrowRight') return cell.nextElementSibling;
    const step = key === 'ArrowUp' ? 'previousElementSibling' : 'nextElementSibling';
    let next = row[step];
    while (next && (next.hidden || !next.dataset.file)) next = next[step];
    return next ? next.cells[Math.min(cell.cellIndex, next.cells.length - 1)] : null;
  };
  const moveImage = (step) => {
    const left = articles.filter((article) => !article.hidden);
    const now = left.findIndex((article) => article.contains(document.activeElement));
    const next = left[now < 0 ? (step > 0 ? 0 : left.length - 1) : now + step];
    if (next) { next.focus({ preventScroll: true }); next.scrollIntoView({ block: 'start' }); }
  };
  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target === filter) { if (event.key === 'Escape') filter.blur(); return; }
    const cell = event.target.closest('table.matrix tbody td, table.matrix tbody th');
    if (cell && event.key.startsWith('Arrow')) {
      const next = moveCell(event.key, cell);
      const link = next && next.querySelector('a');
      if (link) { link.focus(); event.preventDefault(); }
    } else if (event.key === 'j') moveImage(1);
    else if (event.key === 'k') moveImage(-1);
    else if (event.key === 'e') toggleAll();
    else if (event.key === '/') { filter.focus(); event.preventDefault(); }
    else if (event.key === 'm') {
      const first = document.querySelector('table.matrix tbody tr:not([hidden]) td a');
      document.getElementById('matrix').scrollIntoView();
      if (first) first.focus({ preventScroll: true });
    }
  });
  document.documentElement.dataset.ready = 'yes';
})();
`;
