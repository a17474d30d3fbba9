import t from 'tap';
import { gdnsdOrder } from '../../src/import/gdnsd-order.js';
import { readVscf } from '../../src/import/vscf.js';
import { isYamlMapping } from '../../src/zone/write-yaml.js';

function orderOf(text: string) {
  const said: string[] = [];
  const { root } = readVscf({ file: 'c', text }, () => undefined);
  const { order, auto } = gdnsdOrder(
    root,
    (centres) => centres.filter((one) => one !== 'gone'),
    (_, message) => said.push(message),
  );
  const lists = order.entries.map(({ key, value }) => [
    key,
    isYamlMapping(value) ? value.entries.map((entry) => [entry.key, entry.value]) : value,
  ]);
  return {
    auto,
    said,
    lists: Object.fromEntries(lists),
    below: order.below,
    inner: order.entries.flatMap(({ value }) => (isYamlMapping(value) ? (value.below ?? []) : [])),
  };
}

t.test('without a default the data centres are one, in their order', async (t) => {
  t.match(orderOf('datacenters => [a, b]'), { auto: false, lists: { default: ['a', 'b'] } });
  t.match(orderOf('datacenters => [a, b], auto_dc_coords => {}'), { auto: true, lists: {} });
  t.match(orderOf('datacenters => [a, b], auto_dc_coords => {}, map => { default => [b], EU => auto }'), {
    auto: false,
    lists: { default: ['b'] },
  });
});

t.test('a list with nobody in it, and a country on two continents', async (t) => {
  const { said, lists, below, inner } = orderOf(
    'datacenters => [a], map => { EU => { TR => [a], FR => [gone] }, AS => { TR => [b] }, XX => [a] }',
  );
  t.same(lists, { default: ['a'], countries: [['TR', ['a']]] });
  t.same(below, ['XX: [a]']);
  t.same(inner, ['FR: [gone]', 'TR: [b]'], 'the comments of a list are in it');
  t.same(said, [
    'nobody is left in the list of FR: its clients get what others get',
    'TR stands in a comment only: the country is on another continent too',
    'XX stands in a comment only: it is not the code of a continent',
  ]);
});

t.test('networks that no list may have', async (t) => {
  const { said } = orderOf('datacenters => [a], nets => { x => a, 198.51.100.8/29 => a, 10.0.0.0/30 => a }');
  t.match(said, [
    /^x stands in a comment only: /,
    /^198\.51\.100\.8\/29 stands in a comment only: resolvers tell/,
  ]);
  t.equal(said.length, 2);
});
