/** The starter policy of somebody who has no boot image at hand: every kind of statement, explained; laid out canonically. */
export const BLANK_STARTER = `# A starter policy, written by \`bootpol init\`. Change what does not fit.
#
#   bootpol check FILE.bootpol    says what is wrong with it
#   bootpol fmt --write FILE      lays it out
#   bootpol test FILE.bootpol     runs the tests at its end, over forged images
#   bootpol verify -p FILE.bootpol --bind distro=CERTIFICATE.pem IMAGE…
language 1
policy starter version 1 "boot images of my distribution"

# Whom you believe. Who runs the policy binds a param; for a file beside it:
#   signers distro = file "keys/distro.pem"
param signers distro

# What a file may be: an EFI zboot image …
artifact zboot {
  require outer: signed by distro { digest in { sha256, sha384, sha512 }, key rsa >= 2048, key ec >= 256 }
  require codec: compression in { gzip, zstd }
  image {
    require kernel: covered by distro
  }
}

# … or a Unified Kernel Image. Layers that are not declared are refused.
artifact uki {
  require outer: signed by distro { digest in { sha256, sha384, sha512 }, key rsa >= 2048, key ec >= 256 }
  linux {
    require kernel: covered by distro
    zboot optional {
      require codec: compression in { gzip, zstd }
      image
    }
    bzimage optional
    image optional
  }
  initrd optional {
    require initrd: covered by distro
  }
  cmdline optional {
    require words: covered by distro
    forbid shell: contains "init=/bin/sh"
  }
  osrel, uname, sbat
}

# Who checks, what it is handed, what it enforces. Firmware gets the whole file.
at firmware sees file like strict enforce { outer, codec, kernel, initrd, words, shell }

test "signed files are accepted" {
  given zboot signed by distro { compression zstd }
  given uki signed by distro { linux: zboot, initrd, cmdline "ro quiet" }
  expect accept
}

test "without a signature nothing is vouched for" {
  given zboot
  given zboot signed by stranger
  expect reject because outer, kernel
}

test "nor in a UKI" {
  given uki { linux: zboot, initrd, cmdline "ro quiet" }
  expect reject because outer, kernel, initrd, words
}

test "other compressions are refused, however they are signed" {
  given zboot signed by distro { compression xz }
  given uki signed by distro { linux: zboot { compression xz } }
  expect reject because codec
}

test "a shell in the place of init is refused even under the signature" {
  given uki signed by distro { linux: zboot, cmdline "ro init=/bin/sh" }
  expect reject because shell
}
`;
