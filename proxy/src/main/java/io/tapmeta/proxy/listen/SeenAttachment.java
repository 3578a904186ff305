package io.tapmeta.proxy.listen;

import io.tapmeta.resolver.ingress.Attachment;
import java.time.Instant;

/**
 * An attachment as its file has it.
 *
 * @param written when the wiring wrote the file, which is the moment of the plug
 */
record SeenAttachment(Attachment attachment, Instant written) {}
