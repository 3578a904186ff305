package io.tapmeta.resolver;

import io.tapmeta.resolver.instance.Instance;
import org.jspecify.annotations.Nullable;

/**
 * An instance as one source gave it at one time.
 *
 * <p>Two are equal where they are of the same giving; what they say is not compared.
 *
 * @param revision never given twice by this process: what is rendered from a record is cached under
 *     its revision, and a changed record has another
 * @param origin where the source has it from, as an operator knows it: a file's path
 */
public record InstanceRecord(Instance instance, long revision, String origin) {
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof InstanceRecord that
        && that.revision == revision
        && that.instance == instance
        && that.origin.equals(origin);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(revision) * 31 + origin.hashCode();
  }
}
