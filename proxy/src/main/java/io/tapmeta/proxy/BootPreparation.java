package io.tapmeta.proxy;

import io.tapmeta.proxy.document.BootDocuments;
import io.tapmeta.resolver.InstanceRecord;
import io.tapmeta.resolver.Resolution;
import io.tapmeta.resolver.Resolver;
import io.tapmeta.resolver.ingress.Attachment;
import io.tapmeta.resolver.ingress.Ingress;
import io.tapmeta.resolver.instance.Port;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Decides for whom documents are rendered ahead: for a record and a tap that have met here, whichever
 * of the two came first. Records of guests that are plugged in nowhere wait until they are.
 */
final class BootPreparation {
  private final Resolver resolver;
  private final BootDocuments documents;
  private final Set<String> taps = ConcurrentHashMap.newKeySet();
  private final Set<String> networks = ConcurrentHashMap.newKeySet();

  BootPreparation(Resolver resolver, BootDocuments documents) {
    this.resolver = resolver;
    this.documents = documents;
  }

  /** An attachment is listened for. */
  void attached(Attachment attachment) {
    if (attachment.mode() == Attachment.Mode.ADOPT) {
      attachment.networkId().ifPresent(networks::add);
    } else {
      taps.add(attachment.tap());
      resolver.index().onTap(attachment.tap()).forEach(documents::prepare);
    }
    attachment.macs().stream()
        .map(mac -> resolver.resolve(new Ingress(attachment, mac)))
        .forEach(
            resolution -> {
              if (resolution instanceof Resolution.Found(InstanceRecord record, _)) {
                documents.prepare(record);
              }
            });
  }

  /** An attachment is no longer wanted. */
  void detached(Attachment attachment) {
    taps.remove(attachment.tap());
  }

  void published(Collection<InstanceRecord> records) {
    records.stream()
        .filter(record -> record.instance().ports().stream().anyMatch(this::isPluggedIn))
        .forEach(documents::prepare);
  }

  private boolean isPluggedIn(Port port) {
    return port.tap().filter(taps::contains).isPresent()
        || port.networkId().filter(networks::contains).isPresent();
  }
}
