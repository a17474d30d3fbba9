import t from 'tap';
import { html } from '../../src/http/html.js';
import { activeParts, nestingFault } from './markup.js';

t.test('a text is a text, in an element and in an attribute', async (t) => {
  const evil = `"><script>alert('x')</script>&amp;`;
  const { text } = html`<p title="${evil}">${evil}</p>`;
  t.same(activeParts(text), []);
  t.equal(nestingFault(text), undefined);
  t.equal(text.match(/[<>"']/g)?.join(''), '<""><>');
});

t.test('what would move a cursor or turn the reading around is written as what it is', async (t) => {
  t.equal(html`${'a\u202eb\nc'}`.text, 'a\\u202eb\\nc');
});

t.test('markup is taken over, lists are joined, and of undefined nothing is left', async (t) => {
  t.equal(
    html`<ul>${[html`<li>${1}</li>`, html`<li>&#38;${'<'}</li>`]}${undefined}</ul>`.text,
    '<ul><li>1</li><li>&#38;&#60;</li></ul>',
  );
});

t.test('the checks of these tests see what they are for', async (t) => {
  t.match(nestingFault('<p><b></p>'), /closes/);
  t.match(nestingFault('<p>'), /not closed/);
  t.match(nestingFault('<p>a < b</p>'), /stray/);
  t.equal(
    activeParts('<a href="//x"></a><p style="x"></p><img onerror="x" src="https://x"><script>').length,
    5,
  );
  t.same(activeParts('<a href="/"></a><img src="/map/a/b?family=ipv4">'), []);
});
