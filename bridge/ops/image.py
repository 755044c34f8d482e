"""Images, with the names and meaning of `keras.ops.image`: `(C, H, W)`, or a batch of them `(N, C, H, W)`.

Channels come first, as in PyTorch.
"""

from bridge.ops.image_color import hsv_to_rgb, rgb_to_grayscale, rgb_to_hsv
from bridge.ops.image_filters import gaussian_blur, sobel_edges, ssim
from bridge.ops.image_patches import extract_patches, extract_patches_3d
from bridge.ops.image_resizing import crop, crop_images, pad, pad_images, resize, scale_and_translate
from bridge.ops.image_warping import affine_transform, elastic_transform, map_coordinates, perspective_transform

__all__ = [
    "affine_transform",
    "crop",
    "crop_images",
    "elastic_transform",
    "extract_patches",
    "extract_patches_3d",
    "gaussian_blur",
    "hsv_to_rgb",
    "map_coordinates",
    "pad",
    "pad_images",
    "perspective_transform",
    "resize",
    "rgb_to_grayscale",
    "rgb_to_hsv",
    "scale_and_translate",
    "sobel_edges",
    "ssim",
]
