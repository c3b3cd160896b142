// The framework speaks English where it draws something of its own: placeholders, tooltips, names for screen readers,
// dialogs about the connection. Everything of that kind is put into Chinese as it appears. Runs once per browser tab.
(() => {
  if (window.lgChinese) return;
  const WORDS = {
    'Skip to main content': '跳到正文', 'Navigate to home page': '回到首页', 'Logo': '零工归宿监测平台', 'App pages': '页面导航',
    'Expand sidebar': '打开菜单', 'Collapse sidebar': '收起菜单', 'Sidebar': '菜单', 'Main menu': '主菜单',
    'View less': '收起', 'Notifications': '通知', 'Running...': '正在计算', 'Stop': '停止', 'Please wait...': '请稍候…',
    'Choose date': '选择日期', 'Clear date': '清除日期', 'Calendar': '日历', 'Empty': '未填',
    'Use arrow keys to navigate dates. Enter to select. Escape to close.': '用方向键选日期，回车确定，Esc 关闭。',
    'Next': '下一月', 'Previous': '上一月', 'Next month': '下一月', 'Previous month': '上一月', 'Dismiss': '关闭',
    'First available date': '最早可选日期', 'Last available date': '最晚可选日期',
    'Choose an option': '请选择', 'Choose options': '请选择', 'No options to select': '没有可选项', 'No results': '没有匹配的项',
    'Select all': '全选', 'Open': '展开选项', 'Close': '关闭', 'Clear value': '清除', 'Clear entry': '清除', 'Clear all': '全部清除',
    'Selectbox': '下拉选择', 'Selectbox options': '选项', 'Increment': '加一', 'Decrement': '减一',
    'Number is above the allowed range.': '超过允许的最大值。', 'Number is below the allowed range.': '小于允许的最小值。',
    'Invalid input.': '输入无效。', 'Show password': '显示密码', 'Hide password': '隐藏密码',
    'Press Enter to apply': '按回车确认', 'Press Enter to submit form': '按回车提交',
    'Press Ctrl+Enter to apply': '按 Ctrl+回车确认', 'Press Ctrl+Enter to submit form': '按 Ctrl+回车提交',
    'Press ⌘+Enter to apply': '按 ⌘+回车确认', 'Press ⌘+Enter to submit form': '按 ⌘+回车提交',
    'Upload': '选择文件', 'Add files': '添加文件', 'Drag and drop a file here': '把文件拖到这里',
    'Drag and drop files here': '把文件拖到这里', 'Show/hide columns': '显示或隐藏列', 'Download as CSV': '下载为 CSV',
    'Search': '搜索', 'Fullscreen': '全屏', 'Close fullscreen': '退出全屏', 'Type to search': '输入要找的内容', 'Copy to clipboard': '复制',
    'Scroll tabs left': '向左滚动', 'Scroll tabs right': '向右滚动', 'Autosize': '自动列宽', 'Sort ascending': '升序',
    'Sort descending': '降序', 'Pin column': '固定列', 'Unpin column': '取消固定', 'Hide column': '隐藏列', 'Format': '格式',
    'Statistics': '统计',
    'Page not found': '没有这个页面', 'Connection error': '连接中断', 'Connecting': '正在连接', 'Learn more': '了解更多', 'file upload': '选择文件',
    'streamlit run yourscript.py': '一直如此时，请系统管理员检查服务是否在运行',
    'Connecting to Streamlit server': '正在连接服务器', 'Unable to connect to Streamlit server': '连不上服务器',
  };
  const PATTERNS = [
    [/^(Show\/hide columns|Download as CSV|Search|Fullscreen|Close fullscreen): (.*)$/s, (_, what, which) => `${WORDS[what]}：${which}`],
    [/\bSelected Date: ([A-Z][a-z]+) (\d+), (\d+)/, (_, month, day, year) => `已选日期：${year}年${MONTHS[month]}月${day}日`],
    [/^(year|month|day), (.*)$/s, (_, part, label) => `${{ year: '年', month: '月', day: '日' }[part]}，${label}`],
    [/^Close (.*)$/s, (_, what) => `关闭${what}`],
    [/^Shortcut (.*)$/s, (_, keys) => `快捷键 ${keys}`],
    [/^Help for (.*)$/s, (_, what) => `${what}的说明`],
    [/^(\d+) more$/, (_, number) => `另有 ${number} 项`],
    [/^([\d.]+ ?[KMG]?B) per file(.*)$/s, (_, size, kinds) => `每个文件不超过 ${size}${kinds}`],
    [/^Error: (.*)$/s, (_, what) => `有误：${what}`],
    [/^(.*page that you have requested does not seem to exist|You have requested page).*$/s, () => '网址里的页面不存在，已打开首页；请从上方导航选择。'],
    [/^(Is Streamlit still running\?|Connection timed out|Connection lost).*$/s, () => '服务器没有应答；程序恢复后本页会自动接上，也可稍后刷新。'],
    [/^Connection failed with status (\d+).*$/s, (_, status) => `服务器拒绝了连接（${status}）；请稍后刷新，仍不行请联系系统管理员。`],
    [/^Unable to connect to Streamlit server.*$/s, () => '连不上服务器；请稍后刷新。'],
    [/^Choose date, (.*)$/s, (_, month) => `选择日期，${month}`],
    [/^(\d+) options? available\.$/, (_, number) => `有 ${number} 项可选。`],
  ];
  const MONTHS = Object.fromEntries(['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October',
    'November', 'December'].map((name, number) => [name, number + 1]));
  const ATTRIBUTES = ['aria-label', 'placeholder', 'title', 'alt', 'aria-description'];
  const LETTERS = /[A-Za-z]{3}/;

  function chinese(said) {
    const text = said.trim();
    if (!LETTERS.test(text) || text.length > 400) return null;
    if (Object.hasOwn(WORDS, text)) return WORDS[text];
    for (const [pattern, put] of PATTERNS) if (pattern.test(text)) return text.replace(pattern, put);
    return null;
  }
  function attribute(element, name) {
    const said = element.getAttribute(name), put = said && chinese(said);
    if (put && put !== said) element.setAttribute(name, put);
  }
  function text(node) {
    const put = chinese(node.data);
    if (put && put !== node.data) node.data = put;
  }
  // what the pages draw themselves is Chinese already, and drawings are many nodes
  const ours = element => element.closest('.stHtml, svg, style, script, canvas');

  // the menu's list holds headings between its items, which no list may: to a screen reader it is links under headings
  const MENU = '[data-testid=stSidebarNavItems]';
  function menu(node) {
    if (node.matches(MENU) || (node.tagName === 'LI' && node.closest(MENU))) node.setAttribute('role', 'none');
  }

  function tree(node) {
    if (node.nodeType === Node.TEXT_NODE) { if (node.parentElement && !ours(node.parentElement)) text(node); return; }
    if (node.nodeType !== Node.ELEMENT_NODE || ours(node)) return;
    menu(node);
    for (const name of ATTRIBUTES) attribute(node, name);
    for (const child of node.childNodes) tree(child);
  }
  window.lgChinese = new MutationObserver(changes => {
    for (const change of changes) {
      if (change.type === 'childList') change.addedNodes.forEach(tree);
      else if (change.type === 'characterData') tree(change.target);
      else if (!ours(change.target)) attribute(change.target, change.attributeName);
    }
  });
  window.lgChinese.observe(document.body, { subtree: true, childList: true, characterData: true, attributeFilter: ATTRIBUTES });
  tree(document.body);
})();
