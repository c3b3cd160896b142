// What is on the screen, in boxes and words: run in the page, returns plain data. See walk.py for what is made of it.
() => {
  const round = Math.round, main = document.querySelector('.stMain'), shift = main ? main.scrollTop : 0;
  const style = element => getComputedStyle(element);
  const box = element => { const r = element.getBoundingClientRect(); return [round(r.left), round(r.top + shift), round(r.width), round(r.height)]; };
  const seen = element => { const r = element.getBoundingClientRect(); return r.width > 2 && r.height > 2 && element.checkVisibility({ opacityProperty: true, visibilityProperty: true }); };
  const called = element => {
    if (element.dataset.indicator) return `lg-tile-${element.dataset.indicator}`;
    const key = [...element.classList].find(name => name.startsWith('st-key-'));
    return key ? key.slice(7) : element.tagName.toLowerCase() + [...element.classList].filter(name => name.startsWith('lg-')).map(name => '.' + name).join('');
  };
  const path = element => { const parts = []; for (let one = element; one && parts.length < 4; one = one.parentElement) if (/lg-/.test(one.className)) parts.unshift(called(one)); return parts.join(' > ') || called(element); };
  const scrolls = element => /auto|scroll/.test(style(element).overflowX + style(element).overflowY);
  const scrolled = (element, top) => { for (let one = element; one && one !== top && one !== main; one = one.parentElement) if (scrolls(one)) return true; return false; };

  // the named boxes; per-item buttons lie over their tile on purpose
  const boxes = {};
  for (const element of document.querySelectorAll('[class*=st-key-lg-], .lg-tile[data-indicator], .lg-headline, .lg-wall, .lg-wall > *, .lg-wall section')) {
    const name = called(element);
    if (/^lg-(choose|explain|tiles-|alert-do|alert-\d|fu-card|fu-row|fu-place|watch-|wall-leave)/.test(name) || !seen(element)) continue;
    let key = name, more = 1;
    while (key in boxes) key = `${name} ${++more}`;
    boxes[key] = box(element);
  }

  // siblings in the flow must not lie on each other
  const overlaps = [];
  const flows = element => !/absolute|fixed|sticky/.test(style(element).position) && !/^inline$|contents|none/.test(style(element).display) && seen(element);
  for (const parent of document.querySelectorAll('.stMain [class*=st-key-lg-], .stMain .stVerticalBlock, .stMain .stHtml, .stMain .stHtml *')) {
    if (parent.closest('svg, details:not([open]), table')) continue;
    const children = [...parent.children].filter(flows).map(child => [child, child.getBoundingClientRect()]);
    for (let i = 0; i < children.length; i++) for (let j = i + 1; j < children.length; j++) {
      const [a, b] = [children[i][1], children[j][1]];
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left), down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (across > 2 && down > 2) overlaps.push(`${path(children[i][0])} × ${path(children[j][0])}: ${round(across)}×${round(down)}`);
    }
  }

  const CARDS = '.lg-tile, .lg-tally, .lg-headline, .lg-league-said, .lg-definition, .lg-fu-card, .lg-src, .lg-notice, .lg-wall section, .lg-wall, [class*=st-key-lg-panel-], .st-key-lg-bar, .st-key-lg-fu-bar, .st-key-lg-alert-filters';
  // nor cards on each other, wherever they are in the tree
  const cards = [...document.querySelectorAll(CARDS)].filter(card => card.closest('.stMain') && seen(card) && !scrolled(card.parentElement)).map(card => [card, card.getBoundingClientRect()]);
  for (let i = 0; i < cards.length; i++) for (let j = i + 1; j < cards.length; j++) {
    const [[one, a], [other, b]] = [cards[i], cards[j]];
    if (one.contains(other) || other.contains(one)) continue;
    const across = Math.min(a.right, b.right) - Math.max(a.left, b.left), down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (across > 2 && down > 2) overlaps.push(`${path(one)} × ${path(other)}: ${round(across)}×${round(down)}`);
  }

  // text must be inside its card and not cut off; a region that scrolls by itself is not cut off
  const clipped = [], words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = words.nextNode());) {
    const element = node.parentElement, said = node.data.trim();
    if (!said || !element || element.closest('script, style, noscript, svg, .lg-hidden, [data-testid=stDataFrame], .stIconMaterial') || !seen(element)) continue;
    const range = document.createRange(); range.selectNodeContents(node);
    const text = range.getBoundingClientRect();
    if (text.width < 1 || text.height < 1) continue;
    const drawn = style(element);
    if (parseFloat(drawn.fontSize) < 1 || /rgba\(0, 0, 0, 0\)/.test(drawn.color)) continue;
    for (let one = element; one && one !== document.body; one = one.parentElement) {
      if (scrolls(one)) break;
      if (/hidden|clip/.test(style(one).overflowX)) {
        const edge = one.getBoundingClientRect();
        if (edge.width > 2 && (text.right > edge.right + 1 || text.left < edge.left - 1)) { clipped.push(`cut off: ${said.slice(0, 40)} in ${path(one)}`); break; }
      }
    }
    const card = element.closest(CARDS);
    if (card && !scrolled(element, card)) {
      const edge = card.getBoundingClientRect();
      if (text.right > edge.right + 1 || text.left < edge.left - 1) clipped.push(`out of its card: ${said.slice(0, 40)} in ${path(card)}`);
      if (text.bottom > edge.bottom + 2 || text.top < edge.top - 2) clipped.push(`above or below its card: ${said.slice(0, 40)} in ${path(card)}`);
    }
  }
  // so must the controls and charts of the framework
  for (const control of document.querySelectorAll('.stMain :is(.stSelectbox, .stButton, .stDownloadButton, .stButtonGroup, .stDateInput, .stTextInput, .stPlotlyChart, .stDataFrame)')) {
    const card = control.closest(CARDS), edge = card && card.getBoundingClientRect(), r = control.getBoundingClientRect();
    if (card && seen(control) && !scrolled(control, card) && (r.right > edge.right + 1 || r.left < edge.left - 1)) clipped.push(`out of its card: ${control.className.split(' ')[0]} in ${path(card)}`);
  }
  for (const text of document.querySelectorAll('.js-plotly-plot .main-svg text')) {
    const plot = text.closest('.js-plotly-plot').getBoundingClientRect(), r = text.getBoundingClientRect();
    if (r.width > 1 && (r.right > plot.right + 2 || r.left < plot.left - 2 || r.top < plot.top - 2 || r.bottom > plot.bottom + 2)) clipped.push(`out of its chart: ${text.textContent.slice(0, 40)}`);
  }

  // English that the framework drew: three letters in a row outside what the pages themselves write
  const ALLOWED = /\b(Excel|Word|PDF|PPT|JSON|CSV|XLSX|xlsx|Esc|Ctrl|sub|toml|access|sources|plan|system|MB)\b/g, english = new Set();
  const foreign = said => /[A-Za-z]{3,}/.test(said.replace(ALLOWED, ''));
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) {
    const element = node.parentElement;
    if (element && foreign(node.data) && !element.closest('script, style, noscript, .stHtml, .stIconMaterial, [data-testid=stIconMaterial], [data-testid=stDataFrame]')) english.add(node.data.trim().slice(0, 80));
  }
  for (const element of document.querySelectorAll('[aria-label], [title], [placeholder], [alt]')) for (const name of ['aria-label', 'title', 'placeholder', 'alt'])
    if (foreign(element.getAttribute(name) || '')) english.add(element.getAttribute(name).slice(0, 80));

  return {
    boxes, overlaps: [...new Set(overlaps)], clipped: [...new Set(clipped)], english: [...english],
    headings: [...document.querySelectorAll('h1, h2, h3')].filter(one => one.closest('.stMain')).map(one => Number(one.tagName[1])),
    failed: [...document.querySelectorAll('.lg-notice-error')].map(card => card.innerText),
    wide: Math.max(document.documentElement.scrollWidth, main ? main.scrollWidth : 0) - innerWidth,
    tall: (main ? main.scrollHeight : 0) - innerHeight,
  };
}
