package io.tapmeta.proxy.http;

import io.tapmeta.proxy.gate.Account;
import io.tapmeta.proxy.gate.Excess;
import io.tapmeta.resolver.InstanceRecord;
import io.tapmeta.resolver.Resolution;
import io.tapmeta.resolver.ingress.Ingress;
import org.jspecify.annotations.Nullable;

/**
 * What one connection has on its VM's account. Begins on the account that strangers share where no
 * record claims its sender yet, and moves to the VM's own once one does.
 */
final class Tab {
  private final GuestLoop loop;
  private final Plug plug;
  private final Ingress ingress;
  private Account account;
  private boolean open;
  private long bytes;
  private int requests;
  private String instance = "";

  Tab(GuestLoop loop, Plug plug, Ingress ingress) {
    this.loop = loop;
    this.plug = plug;
    this.ingress = ingress;
    this.account = plug.accounts().strangers();
  }

  Account account() {
    return account;
  }

  /** The uuid of whom the sender was last taken for; empty where no record claimed it. */
  String instance() {
    return instance;
  }

  /** No record claims the sender any more. */
  void disown() {
    instance = "";
  }

  /** Takes a place for the connection; null where there is one. */
  @Nullable Excess open(long now) {
    if (loop.service().resolver().resolve(ingress) instanceof Resolution.Found found) {
      account = plug.accounts().of(ingress.mac(), now);
      follow(found.record());
    } else {
      account.follow(loop.settings().rules());
    }
    Excess excess = loop.isFull() ? Excess.NODE : account.tryConnect(now, loop.isScarce());
    open = excess == null;
    return excess;
  }

  /** A record claims the sender. */
  void claim(InstanceRecord record, long now) {
    if (account.isStrangers()) {
      Account own = plug.accounts().of(ingress.mac(), now);
      own.takeOver(account, bytes);
      account = own;
    }
    follow(record);
  }

  private void follow(InstanceRecord record) {
    instance = record.instance().uuid();
    account.follow(
        loop.settings().rules(),
        record.revision(),
        record.instance().budget(),
        record.instance().policy());
  }

  /** Lets a request through, or says which budget it is beyond. */
  @Nullable Excess ask(long now) {
    requests++;
    if (account.isStrangers()) {
      account.follow(loop.settings().rules());
    }
    return account.tryAsk(now);
  }

  /** True where the connection may have another request. */
  boolean lasts() {
    return requests < account.maxRequests();
  }

  /** So many bytes wait now. */
  void hold(long now) {
    if (now != bytes) {
      account.buffer(now - bytes);
      bytes = now;
    }
  }

  /** True where more of the VM's waits than may. */
  boolean isOverfull() {
    return account.isOverfull();
  }

  void close() {
    if (open) {
      open = false;
      account.disconnect(bytes);
      bytes = 0;
    }
  }
}
