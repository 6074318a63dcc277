import { type Recipe, recipes } from './recipe.ts';
import { APPENDED_RECIPES } from './recipes-appended.ts';
import { ASN1_RECIPES } from './recipes-asn1.ts';
import { BOOT_RECIPES } from './recipes-boot.ts';
import { CMS_RECIPES } from './recipes-cms.ts';
import { ENFORCER_RECIPES } from './recipes-enforcers.ts';
import { KERNEL_RECIPES } from './recipes-kernel.ts';
import { LAYOUT_RECIPES } from './recipes-layout.ts';
import { SIGNING_RECIPES } from './recipes-signing.ts';
import { TABLE_RECIPES } from './recipes-table.ts';
import { TRUST_RECIPES } from './recipes-trust.ts';

/**
 * Every recipe: files with one peculiarity each, whose names tell it.
 *
 * All but the kernel and boot recipes are small x86-64 EFI programs. `recipeDb` and `recipeDbx` are the trust that goes with them.
 */
export const RECIPES: readonly Recipe[] = recipes([
  ...TABLE_RECIPES,
  ...LAYOUT_RECIPES,
  ...CMS_RECIPES,
  ...ASN1_RECIPES,
  ...SIGNING_RECIPES,
  ...APPENDED_RECIPES,
  ...TRUST_RECIPES,
  ...ENFORCER_RECIPES,
  ...KERNEL_RECIPES,
  ...BOOT_RECIPES,
]);
