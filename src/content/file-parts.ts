/** How a store that holds one file calls what belongs to it. */
export const FILE_BUNDLE = 'bundle';
/** The archive in the file that holds the plugin: the file itself, or the layer of an image. */
export const FILE_LAYER = 'layer';

/** The media type of a file about which nothing is known yet (RFC 2046, 4.5.1). */
export const FILE_MEDIA_TYPE = 'application/octet-stream';
