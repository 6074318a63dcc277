import { describe, expect, it } from 'vitest';
import { gzipSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { nativeEngine } from '../../../native-engine.ts';
import { decode } from '../../../runtime/codecs/codec.ts';
import { portableEngine } from '../../../runtime/codecs/portable-engine.ts';
const sha=(b:Uint8Array)=>createHash('sha256').update(b).digest('hex');
describe('x',()=>{
 for(const engine of [portableEngine(), nativeEngine()]){
 for(const f of ['k.bin.zst','k.bin.gz','big--check.zst','big--no-check.zst']) it(engine.name+f,()=>{
  const enc=readFileSync('/tmp/cz/'+f); const want=readFileSync('/tmp/cz/'+(f[0]==='k'?'k.bin':'big.bin'));
  for(const exact of [null,want.length]) for(let i=0;i<2;i++){ const t=performance.now();
  const got=decode(f.endsWith('gz')?'gzip':'zstd',enc,{layer:'l',baseOffsetBytes:0,outputLimitBytes:2**29,exactSizeBytes:exact,engine});
  console.log(engine.name,f,exact,performance.now()-t|0);
  expect(got.consumedBytes).toBe(enc.length); expect(sha(got.bytes)).toBe(sha(want));}
 });
 it('bits'+engine.name,()=>{ const g=gzipSync(Buffer.from('hello hello')); const two=Buffer.concat([g,g,Buffer.from([0,0,1])]);
  const got=decode('gzip',two,{layer:'l',baseOffsetBytes:0,outputLimitBytes:2**29,exactSizeBytes:null,engine});
  expect(got.consumedBytes).toBe(g.length*2); expect(got.bytes.length).toBe(22);
  });
 }
});
