// 总览 on one sheet: before it is printed it is measured as it stands on the screen, charts and map included, and scaled
// to an A4 landscape page; a chart is not drawn anew for paper. Runs once per browser tab.
(() => {
  if (window.lgPrinting) return;
  window.lgPrinting = true;
  const SHEET = { width: 1060, height: 672 }, LEAST = 1200; // pixels inside the margins; no narrower columns than this
  const root = document.documentElement;
  addEventListener('beforeprint', () => {
    const block = document.querySelector('.stMainBlockContainer');
    if (!block || !block.querySelector('.st-key-lg-board')) return;
    const width = Math.max(block.clientWidth, LEAST);
    root.style.setProperty('--lg-sheet-width', `${width}px`);
    root.classList.add('lg-sheet');
    const zoom = Math.min(SHEET.width / width, SHEET.height / block.scrollHeight);
    root.style.setProperty('--lg-sheet-zoom', zoom.toFixed(4));
  });
  addEventListener('afterprint', () => root.classList.remove('lg-sheet'));
})();
