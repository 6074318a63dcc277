export { nativeEngine } from './runtime/codecs/native-engine.ts';
