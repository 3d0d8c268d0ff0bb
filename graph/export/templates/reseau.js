// The network of the page: search, filters, keyboard, table. Without it the network stays a picture and a table.
(() => {
  'use strict';
  const block = document.getElementById('reseau-bloc');
  if (!block) return;
  const $ = id => document.getElementById(id);
  const form = block.querySelector('form'), svg = block.querySelector('svg'), said = $('reseau-dit');
  const word = $('reseau-mot'), pilier = $('reseau-pilier'), body = $('reseau-corps');
  const all = $('reseau-tout'), look = $('reseau-vue'), details = $('reseau-tableau');
  const nodes = [...svg.querySelectorAll('.noeud')], byId = new Map(nodes.map(n => [n.dataset.n, n]));
  const links = [...svg.querySelectorAll('.l')], rows = [...block.querySelectorAll('tbody tr[data-o]')];
  const plain = text => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  const names = new Map(nodes.map(n => [n.dataset.n, plain(n.dataset.nom)]));
  const isBody = node => node.dataset.n[0] === 'o';
  let chosen = null, current = nodes[0];

  function passes(from, to) {
    const text = plain(word.value.trim());
    return (!pilier.value || byId.get(to).dataset.t === pilier.value) && (!body.value || from === body.value) &&
      (!text || names.get(from).includes(text) || names.get(to).includes(text));
  }

  function shows(node, linked) {
    const text = plain(word.value.trim()), id = node.dataset.n;
    if (!text && !pilier.value && !body.value) return true;
    if (linked.has(id)) return true;
    if (pilier.value && (isBody(node) || node.dataset.t !== pilier.value)) return false;
    if (body.value && id !== body.value) return false;
    return !text || names.get(id).includes(text);
  }

  function draw() {
    const linked = new Set();
    let shown = 0;
    links.forEach((link, n) => {
      const keep = passes(link.dataset.o, link.dataset.a);
      link.classList.toggle('off', !keep);
      if (rows[n]) rows[n].classList.toggle('off', !keep);
      if (keep) { shown += 1; linked.add(link.dataset.o); linked.add(link.dataset.a); }
    });
    nodes.forEach(node => node.classList.toggle('off', !shows(node, linked)));
    if (chosen && chosen.classList.contains('off')) chosen = null;
    const touch = new Set();
    links.forEach(link => {
      const mine = chosen && (link.dataset.o === chosen.dataset.n || link.dataset.a === chosen.dataset.n);
      link.classList.toggle('pale', Boolean(chosen) && !mine);
      link.classList.toggle('lie', Boolean(mine));
      if (mine && !link.classList.contains('off')) { touch.add(link.dataset.o); touch.add(link.dataset.a); }
    });
    nodes.forEach(node => {
      node.classList.toggle('choisi', node === chosen);
      node.classList.toggle('lie', node !== chosen && touch.has(node.dataset.n));
      node.setAttribute('aria-pressed', String(node === chosen));
    });
    const visible = nodes.filter(node => !node.classList.contains('off'));
    if (!visible.includes(current)) current = visible[0] || null;
    nodes.forEach(node => node.setAttribute('tabindex', node === current ? '0' : '-1'));
    const counts = block.dataset.etat.replace('{liens}', shown)
      .replace('{institutions}', visible.filter(isBody).length)
      .replace('{ambitions}', visible.filter(node => !isBody(node)).length);
    said.textContent = counts + ' ' + (chosen ? chosen.dataset.dit : block.dataset.aide);
  }

  function move(node) {
    if (!node) return;
    current.setAttribute('tabindex', '-1');
    current = node;
    node.setAttribute('tabindex', '0');
    node.focus();
  }

  function across(node) {
    const y = element => element.getBoundingClientRect().top;
    const others = nodes.filter(other => isBody(other) !== isBody(node) && !other.classList.contains('off'));
    return others.sort((a, b) => Math.abs(y(a) - y(node)) - Math.abs(y(b) - y(node)))[0];
  }

  function pick(node) {
    chosen = node === chosen ? null : node;
    current = node;
    draw();
  }

  nodes.forEach(node => {
    node.setAttribute('role', 'button');
    node.setAttribute('aria-label', node.dataset.dit);
    node.addEventListener('click', () => pick(node));
    node.addEventListener('keydown', event => {
      const column = nodes.filter(other => isBody(other) === isBody(node) && !other.classList.contains('off'));
      const at = column.indexOf(node);
      const next = {
        ArrowDown: () => column[at + 1], ArrowUp: () => column[at - 1], Home: () => column[0],
        End: () => column[column.length - 1],
        ArrowLeft: () => isBody(node) ? null : across(node), ArrowRight: () => isBody(node) ? across(node) : null,
      }[event.key];
      if (next) { event.preventDefault(); move(next()); }
      else if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); pick(node); }
      else if (event.key === 'Escape') { chosen = null; draw(); }
    });
  });
  form.addEventListener('submit', event => event.preventDefault());
  word.addEventListener('input', draw);
  pilier.addEventListener('change', draw);
  body.addEventListener('change', draw);
  all.addEventListener('click', () => { form.reset(); chosen = null; draw(); });
  look.addEventListener('click', () => {
    const table = block.classList.toggle('en-tableau');
    look.setAttribute('aria-pressed', String(table));
    details.open = table;
  });
  svg.setAttribute('role', 'group');
  form.hidden = said.hidden = false;
  draw();
})();
