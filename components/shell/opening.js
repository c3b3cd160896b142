// The first script of a page, in the oldest language so that every browser can read it. A browser that cannot show the
// pages gets a sentence in place of a white screen; another is given the address of the server.
(function () {
  var FLOOR = /*FLOOR*/;
  var NAMES = [
    [/QIHU 360EE/, '360极速浏览器'], [/QIHU 360SE|360SE/, '360安全浏览器'], [/QAXBrowser|Qaxbrowser/, '奇安信可信浏览器'],
    [/UOS|UnionTech/, '统信浏览器'], [/QQBrowser/, 'QQ浏览器'], [/MetaSr/, '搜狗浏览器'], [/LBBROWSER/, '猎豹浏览器'],
    [/2345Explorer/, '2345浏览器'], [/UBrowser|UCBrowser/, 'UC浏览器'], [/Edge?\//, 'Edge'], [/OPR\//, 'Opera'],
    [/Firefox\//, 'Firefox（火狐）'], [/MSIE |Trident\//, 'Internet Explorer（或双核浏览器的兼容模式）'],
    [/Chrome\//, 'Chrome'], [/Safari\//, 'Safari']
  ];
  var USE = '请改用 Chrome、Edge、360、奇安信等浏览器的新版本（内核 Chromium ' + FLOOR.chromium + ' 以上；火狐 ' + FLOOR.firefox +
    ' 以上），Windows 7 可用 Chromium 109；双核浏览器请切换到“极速模式”。';
  var shown = null;

  function version(agent) {
    var found = /Firefox\/(\d+)/.exec(agent) || /Chrome\/(\d+)/.exec(agent) || /MSIE (\d+)/.exec(agent) ||
      /rv:(\d+)/.exec(agent) || /Edge\/(\d+)/.exec(agent) || /Version\/(\d+)/.exec(agent);
    return found ? found[1] : '';
  }
  function name(agent) {
    var number = version(agent), i;
    for (i = 0; i < NAMES.length; i += 1) {
      if (NAMES[i][0].test(agent)) {
        return NAMES[i][1] + (number ? '，' + (/Chrome\//.test(agent) ? '内核 Chromium ' : '版本 ') + number : '');
      }
    }
    return '未能识别型号';
  }
  function tooOld(agent) {
    var chromium = /Chrome\/(\d+)/.exec(agent), firefox = /Firefox\/(\d+)/.exec(agent);
    // without the second, whole lists are cut off the pages
    if (!window.lgSyntax || !window.CSS || !CSS.supports || !CSS.supports('selector(:has(a))')) { return true; }
    return Boolean((chromium && Number(chromium[1]) < FLOOR.chromium) || (firefox && Number(firefox[1]) < FLOOR.firefox));
  }
  function say(sentence) {
    if (!document.body) { setTimeout(function () { say(sentence); }, 50); return; }
    if (shown) { return; }
    shown = document.createElement('div');
    shown.id = 'lg-opening';
    shown.setAttribute('role', 'alert');
    shown.style.cssText = 'max-width:640px;margin:80px auto;padding:0 24px;font:18px/1.8 "Microsoft YaHei","PingFang SC",' +
      '"Noto Sans CJK SC",sans-serif;color:#1c2733';
    shown.appendChild(document.createTextNode(sentence));
    document.body.insertBefore(shown, document.body.firstChild);
  }
  function empty() {
    var root = document.getElementById('root');
    return !root || !root.firstChild;
  }
  // a file that did not arrive, or a script that broke off, is only told while nothing has been drawn
  function watch() {
    setTimeout(function () {
      if (!empty()) { return; }
      say('页面没有打开：程序文件没有装载成功。请刷新；仍打不开时核对网址，或请系统管理员检查服务和网络（当前浏览器：' +
        name(navigator.userAgent) + '）。');
      setInterval(function () {
        if (shown && !empty()) { shown.parentNode.removeChild(shown); shown = null; }
      }, 500);
    }, 3000);
  }

  if (tooOld(navigator.userAgent)) {
    say('当前浏览器太旧（' + name(navigator.userAgent) + '），打不开本平台。' + USE);
    return;
  }
  window.addEventListener('error', watch, true);
  // else the framework takes the page's own path for the server's address and asks there first, in vain
  var here = document.createElement('a');
  here.href = './';
  window.__streamlit = window.__streamlit || {};
  window.__streamlit.BACKEND_BASE_URL = window.__streamlit.BACKEND_BASE_URL || here.href;
})();
