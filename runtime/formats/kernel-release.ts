import type { Layer } from './layer.ts';
import { sectionText } from './section-text.ts';

/**
 * The release of the kernel that a layer is, as `uname -r` says it; null when its bytes do not say it beyond doubt.
 *
 * - `bzimage`: the first word of the version string that the setup header points to (Linux
 *   Documentation/arch/x86/boot.rst, `kernel_version`), when it starts with a digit: memtest86+ puts its own name there.
 * - `image`, `vmlinux`: the banner that every kernel carries, `Linux version RELEASE (BUILDER…` (init/version.c,
 *   `linux_banner`). It lies somewhere in the data, so all of the bytes are looked through, once; two banners that differ
 *   leave the release in doubt.
 * - `uname`: the text of the section (UAPI.5), which is what the packer said, not the kernel.
 *
 * @throws FormatError for a `.uname` that is no text.
 */
export function kernelRelease(layer: Layer): string | null {
  switch (layer.kind) {
    case 'bzimage':
      return releaseOf(String(layer.header?.['kernel_version'] ?? ''));
    case 'image':
    case 'vmlinux':
      return releaseInBanner(layer.bytes);
    case 'uname':
      return sectionText(layer.bytes, layer.path).trim();
    default:
      return null;
  }
}

const BANNER = 'Linux version ';
/** Linux include/linux/utsname.h, __NEW_UTS_LEN: the longest release. */
const RELEASE_LIMIT = 64;
/** The letter of the banner that is rarest in programs. */
const RARE_LETTER = BANNER.indexOf('x');

function releaseOf(version: string): string | null {
  return /^\d+\.[^\s(]+/.exec(version)?.[0] ?? null;
}

function releaseInBanner(bytes: Uint8Array): string | null {
  const releases = new Set<string>();
  const rare = BANNER.charCodeAt(RARE_LETTER);
  for (let at = bytes.indexOf(rare); at >= 0; at = bytes.indexOf(rare, at + 1)) {
    const release = bannerAt(bytes, at - RARE_LETTER);
    if (release !== null) releases.add(release);
  }
  const [only, second] = releases;
  return second === undefined ? (only ?? null) : null;
}

function bannerAt(bytes: Uint8Array, start: number): string | null {
  if (start < 0) return null;
  for (let index = 0; index < BANNER.length; index += 1) {
    if (bytes[start + index] !== BANNER.charCodeAt(index)) return null;
  }
  const from = start + BANNER.length;
  const text = Array.from(bytes.subarray(from, from + RELEASE_LIMIT + 2), (byte) => String.fromCharCode(byte)).join('');
  // Written so in the banner; the format string of /proc/version, `%s version %s (`, has no release.
  return /^(\d+\.[\x21-\x7e]+) \(/.exec(text)?.[1] ?? null;
}
