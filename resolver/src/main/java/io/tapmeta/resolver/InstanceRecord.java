package io.tapmeta.resolver;

import io.tapmeta.resolver.instance.Instance;

/**
 * An instance as one source gave it at one time.
 *
 * @param revision never given twice by this process: what is rendered from a record is cached under
 *     its revision, and a changed record has another
 * @param origin where the source has it from, as an operator knows it: a file's path
 */
public record InstanceRecord(Instance instance, long revision, String origin) {}
