/**
 * How pages look. It is a part of each page, and the policy that goes with a page allows this text and no other.
 */
import { createHash } from 'node:crypto';

export const STYLE = `
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 70rem; padding: 0 1rem 2rem }
`;

/** As a Content-Security-Policy names it. */
export const STYLE_HASH = `sha256-${createHash('sha256').update(STYLE).digest('base64')}`;
