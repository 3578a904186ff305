package io.tapmeta.proxy;

import io.tapmeta.proxy.kernel.LinkEvents;
import io.tapmeta.proxy.listen.GuestListeners;
import io.tapmeta.resolver.source.DirectoryFollower;
import io.tapmeta.resolver.source.FileStamp;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/** What tells the listeners to look again at a place. */
final class Hints {
  private Hints() {}

  /** Namespaces come and go as names in a directory. */
  record OfNamespaces(GuestListeners listeners) implements DirectoryFollower.Listener {
    @Override
    public void compared(Map<Path, FileStamp> changed, Set<String> removed) {
      changed.keySet().forEach(name -> listeners.namespaceChanged(name.getFileName().toString()));
      removed.forEach(listeners::namespaceChanged);
    }

    @Override
    public void unreadable(IOException reason) {
      // No namespace was ever made on this node; listeners say so where one is wanted.
    }
  }

  /** Taps come and go as links of the kernel. */
  record OfLinks(GuestListeners listeners) implements LinkEvents.Listener {
    @Override
    public void changed(String name) {
      listeners.linkChanged(name);
    }

    @Override
    public void lost() {
      listeners.anythingChanged();
    }
  }
}
