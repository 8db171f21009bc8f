// Derives from the syntax trees of the scripts what docs/scripts.md lists: what each calls, in order, which arguments it reads, and
// which fields it answers. Usage, from a folder with the linter's node_modules: node --liftoff-only derive.mjs PROLOGUE SCRIPT ...
// Writes Markdown to standard output.
import fs from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {Parser, Language} from 'web-tree-sitter';

const here = path.dirname(fileURLToPath(import.meta.url));
await Parser.init();
const parser = new Parser();
parser.setLanguage(await Language.load(path.join(here, 'node_modules/tree-sitter-powershell/tree-sitter-powershell.wasm')));

// What only shapes data inside PowerShell says nothing about the host.
const shaping = new Set(['ForEach-Object', 'Where-Object', 'Select-Object', 'New-Object', 'Set-StrictMode', 'Join-Path', 'Start-Sleep',
  'Value', 'Iso', 'Tags', 'Texts', 'AsText', 'DiskPath']);
const visit = (node, f) => { f(node); for (const c of node.namedChildren) visit(c, f); };
const all = (node, type) => { const found = []; visit(node, n => { if (n.type === type) found.push(n); }); return found; };
const first = (node, type) => all(node, type)[0];
const statements = node => node?.namedChildren.flatMap(n => n.type === 'statement_list' ? n.namedChildren : [n]) ?? [];

function assignments(root) {
  const found = new Map();
  for (const n of all(root, 'assignment_expression')) {
    const name = /^\$(\w+)$/.exec(n.namedChildren[0].text);
    if (name) found.set(name[1], (found.get(name[1]) ?? []).concat(n.namedChildren.at(-1)));
  }
  for (const n of all(root, 'foreach_statement')) {
    found.set(n.namedChildren[0].text.slice(1), [n.namedChildren[1]]);
  }
  return found;
}

function calls(root) {
  const made = [], values = assignments(root);
  const keysOf = name => {
    const keys = (values.get(name) ?? []).flatMap(v => all(v, 'key_expression').map(k => k.text));
    for (const n of all(root, 'left_assignment_expression')) {
      const member = /^\$(\w+)\.(\w+)$/.exec(n.text);
      if (member?.[1] === name) keys.push(member[2]);
    }
    return keys;
  };
  const argument = (command, parameter) => {
    const elements = first(command, 'command_elements')?.namedChildren.filter(n => n.type !== 'command_argument_sep') ?? [];
    return elements[elements.findIndex(n => n.type === 'command_parameter' && n.text === parameter) + 1];
  };
  const classOf = variable => {
    for (const value of values.get(variable.slice(1)) ?? []) {
      const named = /-(?:ClassName|ResultClassName) '?(\w+)/.exec(value.text);
      if (named) return named[1];
    }
    return variable;
  };
  const own = new Map(root.type === 'program'
    ? all(root, 'function_statement').map(f => [first(f, 'function_name').text, calls(f)]) : []);
  const walk = n => {
    if (root.type === 'program' && n.type === 'function_statement') return;
    // What stands in an argument is done before the call that takes it.
    n.namedChildren.forEach(walk);
    if (n.type === 'left_assignment_expression') {
      const member = /^\$(\w+)\.(\w+)$/.exec(n.text);
      if (member && !/^@\{/.test(values.get(member[1])?.[0].text ?? '')) made.push(`${classOf('$' + member[1])}.${member[2]} =`);
    }
    if (n.type === 'invokation_expression') {
      const net = /^(\[(?:IO)[\w.]*\]::\w+)\(/.exec(n.text);
      if (net) made.push(net[1]);
    }
    if (n.type === 'command') made.push(...call(n));
  };
  const call = n => {
    const name = first(n, 'command_name').text;
    if (shaping.has(name)) return [];
    if (own.has(name)) return own.get(name);
    if (name === 'Refuse') return ['Refuse ' + (/'(\w+)'/.exec(n.text)?.[1] ?? '')];
    if (name === 'Invoke-CimMethod') {
      return [`${classOf(argument(n, '-InputObject').text)}.${argument(n, '-MethodName').text}`];
    }
    const parameters = (first(n, 'command_elements')?.namedChildren ?? []).flatMap(e => {
      if (e.type === 'command_parameter') return [e.text];
      const splat = /^@(\w+)$/.exec(e.text);
      return splat ? keysOf(splat[1]).map(k => '-' + k) : [];
    }).filter(p => !['-Confirm', '-ErrorAction', '-Namespace', '-Filter'].includes(p));
    const named = ['-ClassName', '-ResultClassName', '-CimClass'].filter(p => parameters.includes(p))
      .map(p => p === '-CimClass' ? classOf(argument(n, p).text) : argument(n, p).text)[0];
    return [[name, ...(named ? [named] : parameters)].join(' ')];
  };
  walk(root);
  return made;
}

function reads(root) {
  const found = new Set(), values = assignments(root);
  const source = (text, depth = 0) => {
    const direct = /\$a\.(\w+)/.exec(text);
    if (direct || depth > 2) return direct?.[1];
    const via = /\$(\w+)/.exec(text);
    return via && values.has(via[1]) ? source(values.get(via[1])[0].text, depth + 1) : undefined;
  };
  const loops = new Map(all(root, 'foreach_statement').map(n => [n.namedChildren[0].text.slice(1), source(n.namedChildren[1].text)]));
  const text = root.text.split('\n').filter(line => !line.trimStart().startsWith('#')).join('\n');
  for (const [, name] of text.matchAll(/\$a\.(\w+)/g)) found.add(name);
  for (const [variable, argument] of loops) {
    if (!argument) continue;
    for (const [, name] of text.matchAll(new RegExp(`\\$${variable}\\.([a-z]\\w*)`, 'g'))) found.add(`${argument}[].${name}`);
  }
  const nested = [...found].filter(n => n.includes('[]')).map(n => n.split('[')[0]);
  return [...found].filter(n => !nested.includes(n) || n.includes('[]'));
}

function fields(node, values, functions, depth = 0) {
  const literal = first(node, 'hash_literal_expression');
  if (literal) {
    return (literal.namedChildren[0]?.namedChildren ?? []).flatMap(entry => {
      const key = entry.namedChildren[0].text, value = entry.namedChildren[1];
      const variable = /^@\(\$(\w+)\)$/.exec(value.text);
      const inside = fields(variable && values.has(variable[1]) ? values.get(variable[1])[0] : value, values, functions, depth + 1);
      let whole = value;
      while (whole.namedChildren.length === 1) whole = whole.namedChildren[0];
      const array = value.text.startsWith('@(') && whole.type !== 'comparison_expression';
      return inside.length && array ? inside.map(f => `${key}[].${f}`) : [array ? key + '[]' : key];
    });
  }
  const called = all(node, 'command_name').map(n => n.text).find(n => functions.has(n));
  return called ? ['as ' + called] : [];
}

const answering = new Set(['Seen', 'Life', 'Replicated']);
const parse = file => parser.parse(fs.readFileSync(file, 'utf8')).rootNode;
const row = cells => '| ' + cells.map(c => c.length ? c : 'none').join(' | ') + ' |';
const code = list => list.map(x => '`' + x + '`').join(', ');
const last = list => statements(list).filter(n => n.type !== 'comment').at(-1);
const [prologue, ...scripts] = process.argv.slice(2);
const out = [];

const functions = new Map(all(parse(prologue), 'function_statement').map(f => [first(f, 'function_name').text, f]));
// With the arguments that the prologue's functions read which are called, and what those call.
const readsOf = (root, seen = new Set()) => [...new Set(reads(root).concat(all(root, 'command_name').map(n => n.text)
  .filter(name => functions.has(name) && !seen.has(name)).flatMap(name => readsOf(functions.get(name), seen.add(name)))))];

out.push('## The prologue\'s functions\n', row(['function', 'calls, in order', 'reads', 'answers']), '|---|---|---|---|');
for (const [name, f] of functions) {
  const answers = answering.has(name) ? fields(last(first(f, 'script_block_body')), assignments(f), new Set()) : [];
  out.push(row([`\`${name}\``, code(calls(f)), code(readsOf(f)), code(answers)]));
}
out.push('\n## The scripts\n', row(['script', 'effect', 'calls, in order', 'reads', 'answers']), '|---|---|---|---|---|');
for (const script of scripts) {
  const root = parse(script);
  const made = calls(root);
  const effect = made.includes('MayAct') ? 'CHANGE' : 'READ';
  const answers = fields(last(root), assignments(root), answering);
  out.push(row([`\`${path.basename(script, '.ps1')}\``, effect, code(made), code(readsOf(root)), code(answers)]));
}
console.log(out.join('\n'));
