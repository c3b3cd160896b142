// What the framework's bundle uses and browsers from the stated floor on (Chromium 105, Firefox 121) may not have yet. Each
// part steps back where the browser has its own. Runs before the bundle, as a classic script.
(() => {
  'use strict';
  const put = (owner, name, value) => {
    if (owner && !(name in owner)) Object.defineProperty(owner, name, { value, writable: true, configurable: true });
  };
  const integer = value => Math.trunc(Number(value)) || 0;
  const last = (list, at) => at < 0 ? list.length + at : at;

  // flag v is flag u with set notation in classes; the bundle uses the flag only, never the notation
  const setFlag = (() => { try { return RegExp('a', 'v').unicodeSets; } catch { return false; } })();
  if (!setFlag) {
    const Native = RegExp;
    const older = ([pattern, flags, ...rest]) =>
      typeof flags === 'string' && flags.includes('v') ? [pattern, flags.replace('v', 'u'), ...rest] : [pattern, flags, ...rest];
    const Newer = new Proxy(Native, {
      apply: (target, self, given) => Reflect.apply(target, self, given.length > 1 ? older(given) : given),
      construct: (target, given, made) => Reflect.construct(target, given.length > 1 ? older(given) : given, made),
    });
    Native.prototype.constructor = Newer;
    window.RegExp = Newer;
  }

  const comparable = compare => {
    if (compare !== undefined && typeof compare !== 'function') throw new TypeError('The comparator must be a function');
  };
  const exchanged = (copy, at, value) => {
    const place = last(copy, integer(at));
    if (place < 0 || place >= copy.length) throw new RangeError('Invalid index');
    copy[place] = value;
    return copy;
  };
  const methods = {
    toSorted(compare) { comparable(compare); return Array.from(this).sort(compare); },
    toReversed() { return Array.from(this).reverse(); },
    toSpliced(...given) { const copy = Array.from(this); copy.splice(...given); return copy; },
    with(at, value) { return exchanged(Array.from(this), at, value); },
    findLast(test, self) {
      for (let at = this.length - 1; at >= 0; at--) if (test.call(self, this[at], at, this)) return this[at];
      return undefined;
    },
    findLastIndex(test, self) {
      for (let at = this.length - 1; at >= 0; at--) if (test.call(self, this[at], at, this)) return at;
      return -1;
    },
  };
  for (const name of Object.keys(methods)) put(Array.prototype, name, methods[name]);
  const typed = Object.getPrototypeOf(Uint8Array.prototype);
  put(typed, 'toSorted', function (compare) { comparable(compare); return this.slice().sort(compare); });
  put(typed, 'toReversed', function () { return this.slice().reverse(); });
  put(typed, 'with', function (at, value) { return exchanged(this.slice(), at, value); });
  put(typed, 'findLast', methods.findLast);
  put(typed, 'findLastIndex', methods.findLastIndex);

  put(Promise, 'withResolvers', function () {
    let resolve, reject;
    const promise = new this((kept, broken) => { resolve = kept; reject = broken; });
    return { promise, resolve, reject };
  });
  put(Object, 'groupBy', (items, by) => {
    const groups = Object.create(null);
    let at = 0;
    for (const item of items) { const key = by(item, at++); (groups[key] ??= []).push(item); }
    return groups;
  });
  put(Map, 'groupBy', (items, by) => {
    const groups = new Map();
    let at = 0;
    for (const item of items) {
      const key = by(item, at++), group = groups.get(key);
      if (group) group.push(item); else groups.set(key, [item]);
    }
    return groups;
  });
  put(AbortSignal, 'timeout', wait => {
    const control = new AbortController();
    setTimeout(() => control.abort(new DOMException('signal timed out', 'TimeoutError')), wait);
    return control.signal;
  });
  put(AbortSignal, 'any', signals => {
    const control = new AbortController(), all = [...signals];
    for (const signal of all) {
      if (signal.aborted) { control.abort(signal.reason); break; }
      signal.addEventListener('abort', () => control.abort(signal.reason), { once: true, signal: control.signal });
    }
    return control.signal;
  });
  put(AbortSignal.prototype, 'throwIfAborted', function () {
    if (this.aborted) throw this.reason ?? new DOMException('signal is aborted without reason', 'AbortError');
  });
  put(String.prototype, 'isWellFormed', function () { return !/\p{Surrogate}/u.test(this); });
  put(String.prototype, 'toWellFormed', function () { return this.replace(/\p{Surrogate}/gu, '\uFFFD'); });
  put(URL, 'canParse', (url, base) => {
    try { return Boolean(base === undefined ? new URL(url) : new URL(url, base)); } catch { return false; }
  });
  put(window, 'structuredClone', copied);
  put(Element.prototype, 'checkVisibility', function () { return this.isConnected && this.getClientRects().length > 0; });

  // enough for what the bundle clones: plain objects, arrays, dates, maps, sets and buffers
  function copied(value, _options, seen = new Map()) {
    if (typeof value === 'function' || typeof value === 'symbol') throw new DOMException('could not be cloned', 'DataCloneError');
    if (value === null || typeof value !== 'object') return value;
    if (seen.has(value)) return seen.get(value);
    const bare = value instanceof Date ? new Date(value) : value instanceof RegExp ? new RegExp(value.source, value.flags)
      : value instanceof ArrayBuffer ? value.slice(0) : null;
    if (bare) { seen.set(value, bare); return bare; }
    if (ArrayBuffer.isView(value)) return new value.constructor(value);
    const inner = part => copied(part, undefined, seen);
    const made = Array.isArray(value) ? [] : value instanceof Map ? new Map() : value instanceof Set ? new Set() : {};
    seen.set(value, made);
    if (made instanceof Map) value.forEach((part, key) => made.set(inner(key), inner(part)));
    else if (made instanceof Set) value.forEach(part => made.add(inner(part)));
    else for (const key of Object.keys(value)) made[key] = inner(value[key]);
    return made;
  }
})();
