package io.tapmeta.proxy.listen;

import io.tapmeta.resolver.ingress.Attachment;
import org.jspecify.annotations.Nullable;

/** An attachment that is wanted, and its listener where there is one. For the listeners' thread. */
final class Slot {
  private final SeenAttachment seen;
  @Nullable GuestListener listener;

  /** The listener's hop limit. */
  int hops;

  Slot(SeenAttachment seen) {
    this.seen = seen;
  }

  SeenAttachment seen() {
    return seen;
  }

  Attachment attachment() {
    return seen.attachment();
  }

  void close() {
    if (listener != null) {
      listener.close();
      listener = null;
    }
  }
}
