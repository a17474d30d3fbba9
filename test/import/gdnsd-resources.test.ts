import t from 'tap';
import { gdnsdResource, resourceNames } from '../../src/import/gdnsd-resources.js';
import { readVscf } from '../../src/import/vscf.js';

function resource(plugins: string, reference: string) {
  const said: string[] = [];
  const { root } = readVscf({ file: 'c', text: plugins }, () => undefined);
  const found = gdnsdResource(reference, root, (_, message) => said.push(message));
  return { said, names: resourceNames(root), ...(found && { ...found, centres: [...found.centres] }) };
}

t.test('families are brought together by their labels', async (t) => {
  const { centres, answers } = resource(
    'multifo => { m => { addrs_v4 => { a => 192.0.2.1, b => 192.0.2.2 }, addrs_v6 => { a => 2001:db8::1 } } }',
    'multifo!m',
  );
  t.match(centres, [
    [
      '',
      [
        { label: 'a', addresses: ['192.0.2.1', '2001:db8::1'] },
        { label: 'b', addresses: ['192.0.2.2'] },
      ],
    ],
  ]);
  t.equal(answers, 2);
});

t.test('weights, in groups too, and several at once', async (t) => {
  const { centres, said, answers } = resource(
    'weighted => { multi = true, w => { g => { a => [192.0.2.1, 3] }, b => [192.0.2.2, 1] } }',
    'weighted!w',
  );
  t.match(centres, [
    [
      '',
      [
        { label: 'g-a', weight: 3 },
        { label: 'b', weight: 1 },
      ],
    ],
  ]);
  t.equal(answers, 2);
  t.match(said, [/^w answered each host by its part/]);
});

t.test('names in place of addresses', async (t) => {
  t.match(resource('weighted => { w => { a => [lb.example.org., 9] } }', 'weighted!w').centres, [
    ['', [{ hostname: 'lb.example.org', addresses: [], weight: 9 }]],
  ]);
});

t.test('a data centre by reference, by the plugin of those above, or of its own', async (t) => {
  const plugins = `metafo => { plugin => weighted, resources => { f => { datacenters => [a, b, c, d], dcmap => {
    a => !w, b => { x => [192.0.2.3, 1] }, c => { plugin => multifo, x => 192.0.2.4, y => 192.0.2.5 }, d => %geoip!x } } } }
    weighted => { w => { y => [192.0.2.1, 1] } }`;
  const { centres, said, names, order, answers } = resource(plugins, 'metafo!f');
  t.match(centres, [
    ['a', [{ label: 'y' }]],
    ['b', [{ label: 'x', weight: 1 }]],
    ['c', [{}, {}]],
  ]);
  t.same(order, { by: 'list', centres: ['a', 'b', 'c', 'd'] });
  t.equal(answers, 2);
  t.same(said, ['the data centre d of f has no equivalent: it was left out']);
  t.same(names, ['metafo!f', 'weighted!w']);
  t.equal(resource(plugins, 'metafo!f/b').order, undefined);
});

t.test('what is no resource with hosts is none', async (t) => {
  for (const reference of ['multifo!none', 'reflect!dns', 'x', '', 'static!a'])
    t.equal(resource('multifo => {}, static => { a => 192.0.2.1 }', reference).centres, undefined, reference);
});
