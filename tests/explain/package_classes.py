"""The classes of the grad-cam package that the gradient methods are held against."""

import pytorch_grad_cam as package

GRADIENT = {
    "gradcam": package.GradCAM,
    "hirescam": package.HiResCAM,
    "xgradcam": package.XGradCAM,
    "gradcam_plusplus": package.GradCAMPlusPlus,
    "layercam": package.LayerCAM,
    "elementwise": package.GradCAMElementWise,
}
