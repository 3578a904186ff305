package io.tapmeta.proxy.upstream;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shared secrets in force, and what the backend makes of them: said once until they change.
 *
 * <p>The first one signs. Where an endpoint has taken another, that one does until the files change
 * or the endpoint thinks otherwise, so that a change of secrets does not double its requests.
 */
final class Secrets {
  private static final Logger log = LoggerFactory.getLogger(Secrets.class);

  private final AtomicBoolean refusalSaid = new AtomicBoolean();
  private final AtomicBoolean detourSaid = new AtomicBoolean();
  private final Map<Endpoint, Integer> taken = new ConcurrentHashMap<>();
  private volatile List<SharedSecret> all;

  Secrets(List<SharedSecret> all) {
    this.all = all;
  }

  void replace(List<SharedSecret> fresh) {
    all = fresh;
    taken.clear();
    refusalSaid.set(false);
    detourSaid.set(false);
  }

  /** The secret to sign with for an endpoint that has refused so many of them. */
  SharedSecret next(Endpoint endpoint, int refused) {
    List<SharedSecret> now = all;
    return now.get(index(now, endpoint, refused));
  }

  boolean hasMore(int refused) {
    return refused < all.size();
  }

  /** A 403 to every secret is never the guest's fault: the backend does not believe us. */
  void allRefused() {
    if (refusalSaid.compareAndSet(false, true)) {
      log.error(
          "upstream: 403, which most likely means that upstream.shared_secret_file differs from"
              + " the backend's metadata_proxy_shared_secret (said once)");
    }
  }

  /** One was taken after so many others were refused. */
  void accepted(Endpoint endpoint, int refused) {
    if (refused == 0) {
      return;
    }
    int index = index(all, endpoint, refused);
    taken.put(endpoint, index);
    if (index > 0 && detourSaid.compareAndSet(false, true)) {
      log.warn(
          "upstream: {} takes secret {} of upstream.shared_secret_file, not the first"
              + " (expected: only while secrets are changed; said once)",
          endpoint,
          index + 1);
    }
  }

  private int index(List<SharedSecret> now, Endpoint endpoint, int refused) {
    return (taken.getOrDefault(endpoint, 0) + refused) % now.size();
  }
}
