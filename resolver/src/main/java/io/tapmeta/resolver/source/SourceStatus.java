package io.tapmeta.resolver.source;

import io.tapmeta.resolver.text.Fault;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How a source is doing, as metrics and readiness show it.
 *
 * @param up false while it cannot be read; its last good records stay in force
 * @param lastSuccess when it was last read as a whole
 * @param rejected how many of its records are not in force as they stand now
 * @param faults what is wrong with those
 */
public record SourceStatus(
    boolean up, Optional<Instant> lastSuccess, int rejected, List<Fault> faults) {
  static final SourceStatus UNREAD = new SourceStatus(false, Optional.empty(), 0, List.of());
}
